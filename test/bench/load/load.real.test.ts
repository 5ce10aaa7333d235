/** The command that measures the server under load, on few requests: none fails, and the command says what it did. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const COMMAND = join(import.meta.dirname, "../../../bench/load/start.mjs");
const run = (...args: string[]) => promisify(execFile)(process.execPath, [COMMAND, ...args]);

test("under tokens and promotions no request fails, swaps are seen, and racing uploads leave one object", async () => {
  const { stdout } = await run(
    "--requests",
    "100",
    "--concurrency",
    "16",
    "--swaps",
    "1000",
    "--uploads",
    "100",
  );

  const [, steady, swapped, race] = stdout.trim().split("\n");
  const line = (requests: number) =>
    new RegExp(
      `^${requests} verdicts, 16 at a time, \\d+ promotions of which (\\d+) were seen: 0 failed; p50 \\d+ ms, p99 \\d+ ms, \\d+ a second$`,
    );
  expect(steady).toMatch(line(100));
  expect(swapped).toMatch(line(1000)); // some seconds: the server looks for promotions every two
  expect(Number(line(1000).exec(swapped!)![1])).toBeGreaterThan(0);
  expect(race).toBe("100 uploads of one artifact at once: 100 answered as taken, 1 object in the store");
}, 300_000); // seconds of work, in a queue on a busy machine

test("wrong use ends with 2 and says what was expected", async () => {
  await expect(run("--requests", "many")).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("A whole number above 0 was expected."),
  });
});
