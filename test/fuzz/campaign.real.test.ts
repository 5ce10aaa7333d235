import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/steps.mjs";
import { bundle } from "./bundle.mjs";
import { replay, runCampaign, type Workplace } from "./campaign.ts";
import { FAULTS } from "./faulty-target.ts";

let folder: string;
let workplace: Workplace;

beforeAll(async () => {
  folder = mkdtempSync(join(root, ".cache", "fuzz-test-"));
  await bundle(["faulty-worker", "readers"], folder);
  workplace = {
    worker: join(folder, "faulty-worker.mjs"),
    readers: join(folder, "readers.mjs"),
    scratch: folder,
    keep: join(folder, "kept"),
    hangMs: 10_000,
  };
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("an input that breaks a law is kept and fails again alone; all others are met", async () => {
  const campaign = await runCampaign(workplace, {
    target: "format",
    seed: 8,
    count: 14,
    inputOf: async (index) => Uint8Array.of(index),
  });

  const faulty = Object.values(FAULTS);
  expect(campaign.failures.map(({ kind, file, alone }) => [kind, readFileSync(file)[0], alone])).toEqual(
    Object.entries(FAULTS).map(([kind, index]) => [kind, index, true]),
  );
  expect(readdirSync(workplace.keep).sort()).toEqual(faulty.map((index) => `format-8-${index}.bin`).sort());
  expect(campaign.inputs).toBe(14);
  expect(campaign.read + campaign.refused).toBe(14);
  // 1 and 13; memory and slow end well before they are judged. 4 was refused behind its header.
  expect(campaign.read).toBe(4);
  expect(campaign.passedHeader).toBe(5);
  expect(campaign.failures[0]!.message).toContain("undefined is not a picture");
  expect(campaign.failures[1]!.message).toContain("SIGSEGV");
  expect(await replay(workplace, "format", join(workplace.keep, "format-8-3.bin"))).toMatchObject({
    kind: "error",
  });
});

test("the command meets as many inputs as it is asked for, the same for the same seed, and says what it covered", async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ["test/fuzz/start.mjs", "--seed", "5", ...args], { cwd: root });

  // That inputs follow from their number alone, fuzz.test.ts holds of every target.
  const [first, second] = [await run("--count", "1500"), await run("--count", "300", "--target", "planner")];

  const tell = ({ stdout }: { stdout: string }) =>
    /^planner .*/m.exec(stdout)![0].replace(/ in \d+ s| · slowest .*| · at most .*/g, "");
  expect(tell(first)).toEqual(tell(second));
  for (const target of ["format", "input", "planner", "dicom", "gate"]) {
    expect(first.stdout).toMatch(
      new RegExp(`^${target} +300 inputs in .* past the header \\(at least 50%: met\\)`, "m"),
    );
  }
  expect(first.stdout).toMatch(/^branches of the decoders: \d+ of \d+/m);
  expect(first.stdout).toMatch(/^0 of 1500 inputs failed$/m);
});
