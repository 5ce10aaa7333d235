import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { layOutData, makeWorkplace, runRadlite } from "../program.ts";

const { folder, model } = makeWorkplace();
const env = { RADLITE_STORE: `file:${join(folder, "store")}` };

test("its help", async () => {
  expect((await runRadlite(["damage", "--help"])).stdout).toMatchSnapshot();
});

test("shipped models by the scores on record: JSON, and a page that says the same", async () => {
  const out = join(folder, "damage.html");
  const args = ["damage", "residual-64-pruned", "residual-64/parent", "--on", "test", "--json", "--out", out];

  const { code, stdout } = await runRadlite(args, { env });

  expect(code).toBe(0);
  const { n, flips, groups, accuracyTest } = JSON.parse(stdout);
  expect(n).toBe(345);
  expect(flips).toHaveLength(accuracyTest.onlyFirst + accuracyTest.onlySecond);
  expect(groups.map(({ group, n }: { group: string; n: number }) => [group, n])).toEqual([
    ["NORMAL", 129],
    ["PNEUMONIA, bacteria", 134],
    ["PNEUMONIA, virus", 82],
  ]);
  expect(readFileSync(out, "utf8")).toContain(`${flips.length} of 345 verdicts on test flipped`);
});

test("lone files are judged on the radiographs given, which lend names and germs", async () => {
  const data = layOutData(folder);
  const args = ["damage", model, model, "--on", "test", "--data", data];

  const { code, stdout } = await runRadlite(args, { env });

  expect(code).toBe(0);
  expect(stdout).toContain("0 of 4 verdicts on test flipped");
  for (const group of ["NORMAL", "PNEUMONIA, bacteria", "PNEUMONIA, virus"]) {
    expect(stdout).toMatch(new RegExp(`^${group} +\\d `, "m"));
  }
});

test("what was never judged is refused with what to do", async () => {
  const { code, stderr } = await runRadlite(["damage", model, "residual-64"], { env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/BAD_INPUT: .*model\.rlm was not judged on validation: name its bundle/);
});
