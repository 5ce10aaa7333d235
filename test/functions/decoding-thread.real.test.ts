/** The threads beside the built function, as a server starts them. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createModel } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, isBuilt } from "../../scripts/build.mjs";
import { root } from "../../scripts/steps.mjs";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { context, httpEvent } from "./events.ts";

const folder = mkdtempSync(join(tmpdir(), "radlite-thread-"));
const FUNCTION = pathToFileURL(join(root, "dist/functions/classify.mjs"));
const RADIOGRAPH = readFileSync(join(root, "test/fixtures/radiographs/person1_bacteria_1.jpeg"));

/** What a process is started with may be for its own program: in a thread this one ends it. */
const FOR_THE_PROCESS_ALONE = `data:text/javascript,import { isMainThread } from "node:worker_threads"; if (!isMainThread) throw new Error("started in a thread");`;

beforeAll(async () => {
  if (!isBuilt()) await build();
  const registry = await openRegistry({ store: fileStore(folder) });
  await createModel(registry, {
    name: "chest-xray",
    description: "",
    actor: { name: "test", role: "approver" },
  });
  await promoteTiny(registry, 1);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The answer of the built function in a process of its own. */
async function classify(body: Uint8Array): Promise<{ statusCode: number; body: Record<string, unknown> }> {
  const event = httpEvent({ body, headers: { "content-type": "image/jpeg" } });
  const script = `
    const { handler } = await import(${JSON.stringify(FUNCTION.href)});
    console.log(JSON.stringify(await handler(${JSON.stringify(event)}, ${JSON.stringify(context)})));`;
  const args = ["--import", FOR_THE_PROCESS_ALONE, "--input-type=module", "--eval", script];
  const env = { ...process.env, RADLITE_STORE: `file:${folder}`, IS_OFFLINE: "true" };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const answer = JSON.parse(stdout.trim().split("\n").at(-1)!);
  return { statusCode: answer.statusCode, body: JSON.parse(answer.body) };
}

test("a picture is read in a thread that takes over nothing of how the process was started", async () => {
  expect(await classify(RADIOGRAPH)).toMatchObject({
    statusCode: 200,
    body: { model: { version: 1 }, input: { kind: "jpeg" } },
  });
});

test("a refusal in the thread keeps its code, reason and words", async () => {
  expect(await classify(RADIOGRAPH.subarray(0, 200))).toMatchObject({
    statusCode: 400,
    body: {
      error: { code: "BAD_INPUT", reason: expect.any(String), message: expect.stringMatching(/JPEG/i) },
    },
  });
});
