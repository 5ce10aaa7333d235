/** Functions that the guard cannot help, on the local server: what is answered carries a code and no stack. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePort } from "./local-server.ts";

const ROOT = join(import.meta.dirname, "../..");

const SERVICE = `
service: crashing
frameworkVersion: "4"
plugins: [ ./serverless-offline-binary.mjs ]
custom: { serverless-offline: { useInProcess: true, httpPort: PORT } }
provider: { name: aws, runtime: nodejs22.x, timeout: 1, httpApi: { payload: "2.0" } }
functions:
  throws: { handler: throws.handler, events: [ { httpApi: GET /throws } ] }
  unloadable: { handler: unloadable.handler, events: [ { httpApi: GET /unloadable } ] }
  hangs: { handler: hangs.handler, events: [ { httpApi: GET /hangs } ] }
`;

let folder: string;
let url: string;
let server: ChildProcess;
const logged: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-crash-"));
  const port = await findFreePort();
  url = `http://localhost:${port}`;
  await writeFile(join(folder, "serverless.yml"), SERVICE.replace("PORT", String(port)));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(
    join(folder, "throws.mjs"),
    'export const handler = async () => { throw new Error("secret of " + import.meta.url); };',
  );
  await writeFile(join(folder, "unloadable.mjs"), 'import "./not-there.mjs"; export const handler = 1;');
  await writeFile(
    join(folder, "hangs.mjs"),
    "export const handler = () => new Promise(() => setInterval(() => {}, 1000));",
  );
  for (const name of ["serverless-offline-binary.mjs", "node_modules"])
    await symlink(join(ROOT, name), join(folder, name));
  server = spawn(process.execPath, [join(ROOT, "node_modules/serverless/bin/serverless.js"), "offline"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  for (const stream of [server.stdout, server.stderr])
    stream!.on("data", (chunk) => logged.push(String(chunk)));
  for (const untilMs = Date.now() + 60_000; ; await delay(100)) {
    if (await fetch(url).catch(() => undefined)) return;
    if (Date.now() > untilMs || server.exitCode !== null) throw new Error(logged.join(""));
  }
});
afterAll(async () => {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
  await rm(folder, { recursive: true });
});

test.each([
  ["/throws", 500, "INTERNAL_SERVER_ERROR", undefined],
  ["/unloadable", 500, "INTERNAL_SERVER_ERROR", undefined],
  ["/hangs", 504, "UNAVAILABLE", "TIMEOUT"],
])("%s is %i with a code, and its stack is in the log alone", async (path, status, code, reason) => {
  const response = await fetch(url + path);
  const text = await response.text();

  expect({ status: response.status, type: response.headers.get("content-type") }).toEqual({
    status,
    type: expect.stringMatching(/^application\/json/),
  });
  expect(JSON.parse(text).error).toMatchObject({
    code,
    ...(reason && { reason }),
    requestId: expect.any(String),
  });
  expect(text).not.toMatch(/secret|file:|node_modules|\/tmp|stackTrace|not-there/);
  if (path === "/throws") expect(logged.join("")).toContain("secret of");
});
