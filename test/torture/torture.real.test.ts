/** A short torture of both stores, by the command itself, and wrong use of it. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root } from "../../scripts/steps.mjs";
import { bundle } from "./bundle.mjs";
import { torture as runCommand } from "./command.ts";
import { openPlace } from "./places.ts";

/** A machine on which much else runs; alone it takes seconds. */
const BUSY_MS = 300_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(root, ".cache", "torture-test-"));
  await bundle(["refused-process"], folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const torture = (...args: string[]) =>
  promisify(execFile)(process.execPath, ["test/torture/start.mjs", ...args], { cwd: root });

test.each([
  ["file", /a full and .*read-only file system|a limit on the size of files/],
  ["s3", /credentials that may not write/],
])(
  "on %s, killed processes and a store that takes no more lose, tear and double nothing",
  async (store, way) => {
    const args = ["--commits", "40", "--writers", "8", "--kills", "2", "--seed", "2"];
    const { stdout } = await torture("--store", store, ...args);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^8 writers, killed 2 times, .* 40 acknowledged in \d+ commits$/);
    expect(stdout).toMatch(way);
    const { acknowledged, ...faults } = JSON.parse(lines.at(-1)!);
    expect(acknowledged).toBeGreaterThan(40);
    expect(faults).toEqual({ lost: 0, torn: 0, doubled: 0 });
  },
  BUSY_MS,
);

test("where nothing may be mounted, files are limited and folders not writable in place of a disk", async () => {
  const place = await openPlace("file", {
    folder: join(folder, "limits"),
    programs: folder,
    seed: 4,
    way: "limits",
  });
  const refused = await place.refuse(join(folder, "limits", "journals"), 4);
  expect(refused).toMatchObject({ lost: 0, torn: 0, doubled: 0, findings: [], acknowledged: 80 });
  expect(refused.refused).toBeGreaterThan(4);
});

test.each([
  [["--commits", "1e3"], 'expected a whole number from 1 on, got "1e3"'],
  [["--kills", "-1"], 'expected a whole number from 0 on, got "-1"'],
  [["--commits", "5"], "--commits is 5, expected at least one for each of 20 --writers"],
  [["--writers", "2000", "--commits", "5000"], "--writers is 2000, expected at most 200"],
  [["--commits", "100", "--kills", "60"], "--kills is 60, expected at most half of 100 --commits"],
  [["--store", "disk"], "Allowed choices are file, s3"],
])("%j is wrong use", async (args, message) => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  expect(await runCommand(args, { folder, programs: folder })).toBe(2);
  expect(said.mock.calls.join("")).toContain(message);
  said.mockRestore();
});
