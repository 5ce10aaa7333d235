import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { logOf, startServer } from "../../scripts/server.mjs";
import { findFreePort } from "./local-server.ts";

const START = join(import.meta.dirname, "../../scripts/start.mjs");

let folder: string;
let port: number;
let firstLog: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-start-"));
  port = await findFreePort();
});
afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(logOf(port), { force: true });
  await rm(folder, { recursive: true, force: true });
});

/** Runs `npm start` over a registry of its own; `said` grows with what it prints. */
function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [START, ...args], {
    env: {
      ...process.env,
      RADLITE_STORE: `file:${join(folder, "store")}`,
      RADLITE_PORT: String(port),
      ...env,
    },
  });
  started.push(child);
  const output = { said: "", complained: "" };
  child.stdout.on("data", (chunk) => (output.said += chunk));
  child.stderr.on("data", (chunk) => (output.complained += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output, ended };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

test("--once fills an empty registry, gives a verdict over HTTP and ends with 0", async () => {
  const { output, ended } = start(["--once"]);

  expect(await ended).toBe(0);
  expect(output.said).toMatch(/\.jpeg: (NORMAL|PNEUMONIA)\n/);
  expect(output.said).toMatch(/by chest-xray version \d+, \d+ bytes/);
  expect(output.complained).toBe("");
  expect(existsSync(join(folder, "store/pointers/chest-xray/production.json"))).toBe(true);
  expect(logOf(port)).toMatch(new RegExp(`server-${port}\\.log$`));
  firstLog = readFileSync(logOf(port), "utf8");
  expect(firstLog).toMatch(/^--- \S+ started by process \d+\n[\s\S]*POST \/classify/);
});

test("stays up once ready, its address first and the curl lines true, until Ctrl-C", async () => {
  const { child, output, ended } = start([]);
  await until(() => output.said.endsWith("ready\n") || child.exitCode !== null);

  expect(/https?:\/\/\S+/.exec(output.said)?.[0]).toBe(`http://localhost:${port}`);
  expect((await fetch(`http://localhost:${port}/health`)).status).toBe(200);
  const curls = output.said.split("\n").filter((line) => line.startsWith("  curl "));
  expect(curls).toHaveLength(4);
  expect(await run(curls[0]!)).toMatchObject({ verdict: expect.any(String) });
  expect(await run(curls[1]!)).toMatchObject({ verdict: expect.any(String) });
  expect(await run(curls[2]!)).toMatchObject({
    data: { models: { edges: [{ node: { name: "chest-xray" } }] } },
  });
  expect(await run(curls[3]!)).toMatchObject({
    error: { message: expect.stringContaining("RADLITE_DATASETS") },
  });

  child.kill("SIGINT");
  expect(await ended).toBe(0);
  const log = readFileSync(logOf(port), "utf8");
  expect(log.startsWith(firstLog)).toBe(true); // added to, not begun anew
  expect(log.length).toBeGreaterThan(firstLog.length);
  await expect(fetch(`http://localhost:${port}/health`)).rejects.toThrow();
});

test("where credentials are required it tries itself with a key of its own, and asks others for theirs", async () => {
  const { child, output, ended } = start([], { RADLITE_AUTH: "required" });
  await until(() => output.said.endsWith("ready\n") || child.exitCode !== null);

  expect(output.said).toMatch(/\.jpeg: (NORMAL|PNEUMONIA)\n/);
  expect(output.said).toContain("radlite keys create");
  expect(existsSync(join(folder, "store/access"))).toBe(false);
  const curls = output.said.split("\n").filter((line) => line.startsWith("  curl "));
  expect(await run(curls[0]!)).toMatchObject({ error: { code: "UNAUTHENTICATED" } });
  const made = promisify(execFile)(
    process.execPath,
    [join(START, "../../cli/radlite.mjs"), "keys", "create", "--role", "caller", "--name", "ada"],
    { env: { ...process.env, RADLITE_STORE: `file:${join(folder, "store")}` } },
  );
  const RADLITE_KEY = (await made).stdout.trim();
  expect(await run(curls[0]!, { RADLITE_KEY })).toMatchObject({ verdict: expect.any(String) });

  child.kill("SIGINT");
  expect(await ended).toBe(0);
});

test("a setting about who may ask that is none ends it with what was expected", async () => {
  const { output, ended } = start(["--once"], { RADLITE_AUTH_ISSUER: "ftp://id.example.org" });

  expect(await ended).toBe(1);
  expect(output.complained).toContain(
    'RADLITE_AUTH_ISSUER is "ftp://id.example.org"; an address with https://',
  );
  expect(output.complained).not.toContain("    at ");
});

test("a server whose starter is killed does not stay behind", async () => {
  const { child, output } = start([]);
  await until(() => output.said.endsWith("ready\n") || child.exitCode !== null);

  child.kill("SIGKILL");

  await expect
    .poll(
      () =>
        fetch(`http://localhost:${port}/health`).then(
          () => "up",
          () => "gone",
        ),
      { timeout: 10_000 },
    )
    .toBe("gone");
});

test("a busy port is named together with the setting that changes it", async () => {
  const other = createServer().listen(port, "127.0.0.1");
  const { output, ended } = start(["--once"]);

  expect(await ended).toBe(1);
  expect(output.complained).toContain(`Port ${port} is busy`);
  expect(output.complained).toContain(`RADLITE_PORT=${port + 1} npm start`);
  other.close();
});

test("one of two servers over one port answers, and the other does not take its answers for its own", async () => {
  const env = { RADLITE_STORE: `file:${join(folder, "store")}` };
  const servers = ["one", "two"].map((name) =>
    startServer({ port, env, logFile: join(folder, `${name}.log`) }),
  );

  const outcomes = await Promise.allSettled(servers.map((server) => server.healthy(60_000)));
  await Promise.all(servers.map((server) => server.stop()));

  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(outcomes).toContainEqual({
    status: "rejected",
    reason: expect.objectContaining({ message: expect.stringContaining(`EADDRINUSE`) }),
  });
});

test.each([
  ["ftp://somewhere", /"ftp:\/\/somewhere" is not the address of a store/],
  ["file:/proc/radlite", /\/proc\/radlite[\s\S]*RADLITE_STORE names another place: file:FOLDER or s3:/],
  ["memory:", /no two processes share\. Name a folder/],
])("a registry at %s ends it with the reason and what to do", async (store, complaint) => {
  const { output, ended } = start(["--once"], { RADLITE_STORE: store });

  expect(await ended).toBe(1);
  expect(output.complained).toMatch(complaint);
  expect(output.complained).toContain("RADLITE_STORE");
  expect(output.complained).not.toContain("    at "); // a stack
});

test.each([
  [["--help"], 0, /RADLITE_PORT/],
  [["--twice"], 2, /--twice/],
])("%s", async (args, code, text) => {
  const { output, ended } = start(args);

  expect(await ended).toBe(code);
  expect(output.said + output.complained).toMatch(text);
});

/** A line as printed, run by a shell in the repository, as somebody who copies it would. */
async function run(line: string, env: Record<string, string> = {}): Promise<unknown> {
  const child = spawn("sh", ["-c", `${line} --silent`], {
    cwd: join(START, "../.."),
    env: { ...process.env, ...env },
  });
  let answer = "";
  child.stdout.on("data", (chunk) => (answer += chunk));
  await new Promise((resolve) => child.once("close", resolve));
  return JSON.parse(answer);
}
