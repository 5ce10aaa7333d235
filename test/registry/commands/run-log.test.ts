/** What a run says: kept in pieces, read in order from a cursor on, by whomever it was written. */
import {
  appendRunLog,
  bufferRunLog,
  fsck,
  openRunLog,
  RUN_LOG_LIMITS,
  readRunLog,
  recordProgress,
  startRun,
} from "@radlite/registry/commands";
import { expect, test } from "vitest";
import { keysOf } from "../store/writes.ts";
import { ADA, MODEL, openSample } from "./sample.ts";

async function prepare() {
  const { registry, store } = await openSample();
  const recipe = { name: "tiny", digest: "a".repeat(64) };
  const run = await startRun(registry, {
    model: MODEL,
    recipe,
    dataset: "ward",
    executor: "cli",
    seed: 7,
    actor: ADA,
  });
  const append = (...lines: string[]) => appendRunLog(registry, { runId: run.id, lines });
  const read = (after?: string) => readRunLog(registry, run, after);
  return { registry, store, run, append, read };
}

test("lines are read from the beginning, and from a cursor on what was said since", async () => {
  const { registry, store, run, append, read } = await prepare();
  const empty = await read();
  expect(empty.lines).toEqual([]);
  await append("one", "two\nthree");
  const first = await read(empty.cursor);
  expect(first.lines).toEqual(["one", "two", "three"]);
  expect(await read(first.cursor)).toEqual({ lines: [], cursor: first.cursor });
  await recordProgress(registry, { runId: run.id, lines: ["four"], actor: ADA });
  expect((await read(first.cursor)).lines).toEqual(["four"]);
  expect((await read()).lines).toEqual(["one", "two", "three", "four"]);
  expect(run.seed).toBe(7);
  expect((await fsck(store)).problems).toEqual([]);
});

test("two who write at once lose nothing", async () => {
  const { append, read } = await prepare();
  await Promise.all(Array.from({ length: 6 }, (_, i) => append(`from ${i}`)));
  expect((await read()).lines.sort()).toEqual(Array.from({ length: 6 }, (_, i) => `from ${i}`));
});

test("lines have no end, colours or bells but what is kept of them", async () => {
  const { store, append, read, run } = await prepare();
  await append("\u001b[31mred\u001b[0m\u0000 alert\r\nnext", "é".repeat(3_000));
  const { lines } = await read();
  expect(lines.slice(0, 2)).toEqual(["red\uFFFD alert", "next"]);
  expect(lines[2]).toHaveLength(RUN_LOG_LIMITS.line);
  await append(...Array.from({ length: 100 }, () => "x".repeat(1_000)));
  const keys = await keysOf(store, `runs/${run.id}/log/`);
  expect(keys).toHaveLength(8); // 16 lines of 1,001 characters a piece
  for (const key of keys)
    expect((await store.get(key))!.bytes.length).toBeLessThanOrEqual(2 * RUN_LOG_LIMITS.piece);
});

test("a log that is full says so, and takes no more", async () => {
  const { store, run, append, read } = await prepare();
  const last = String(RUN_LOG_LIMITS.pieces - 1).padStart(5, "0");
  await store.create(`runs/${run.id}/log/${last}.txt`, new TextEncoder().encode("nearly"));
  await append("too much");
  await append("and more");
  expect((await read()).lines).toEqual(["nearly", expect.stringContaining("its log is full")]);
});

test.each(["nonsense", "WzFd", Buffer.from('["log of another",3]').toString("base64url")])(
  "%s is no cursor of it",
  async (cursor) => {
    const { read } = await prepare();
    await expect(read(cursor)).rejects.toMatchObject({ code: "BAD_INPUT" });
  },
);

test("what cannot be written waits, is written later, and the oldest is given up first", async () => {
  const { registry, run, read } = await prepare();
  const writer = openRunLog(registry, { runId: run.id });
  writer.say("one");
  writer.say("two");
  await writer.flush();
  await writer.flush();
  expect((await read()).lines).toEqual(["one", "two"]);

  const written: string[][] = [];
  const warned: unknown[] = [];
  let isAway = true;
  const late = bufferRunLog(
    async (lines) => {
      if (isAway) throw new Error("away");
      written.push(lines);
    },
    { warn: (error) => warned.push(error) },
  );
  late.say("first");
  await late.flush();
  for (let i = 0; i < 40; i++) late.say("y".repeat(2_000));
  await late.flush();
  isAway = false;
  late.say("last");
  await late.flush();
  expect(warned.length).toBeGreaterThan(1);
  const lines = written.flat();
  expect(lines).not.toContain("first");
  expect(lines.at(-1)).toBe("last");
  expect(lines.join("\n").length).toBeLessThan(5 * RUN_LOG_LIMITS.piece);
});
