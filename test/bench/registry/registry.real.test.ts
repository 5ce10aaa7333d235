/** The command that measures the registry with many versions: every line has a figure, its goal and whether it is met. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const COMMAND = join(import.meta.dirname, "../../../bench/registry/start.mjs");

/** Both ends are right: a busy machine misses goals. */
async function run(...args: string[]): Promise<{ code: number; stdout: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args]);
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, stdout };
  }
}

test("with 10,000 versions", async () => {
  const { code, stdout } = await run("--versions", "10000");

  const [title, ...lines] = stdout.trim().split("\n");
  expect(title).toMatch(/10000 versions with two evaluations each$/);
  expect(lines).toHaveLength(13);
  for (const line of lines) expect(line).toMatch(/^\S.* [\d.]+ .* (<=|>=) \d+ .* (met|NOT MET)$/);
  expect(code).toBe(lines.every((line) => !line.endsWith("NOT MET")) ? 0 : 1);
  // what no other work on the machine changes
  expect(lines.find((line) => line.startsWith("memory of that process"))).toMatch(/ met$/);
  expect(lines.find((line) => line.startsWith("one commit, median"))).toMatch(/ met$/);
  expect(lines.find((line) => line.startsWith("a page of 50, newest first  "))).toMatch(/ met$/);
}, 600_000);

test("wrong use ends with 2", async () => {
  expect((await run("--versions", "many")).code).toBe(2);
});
