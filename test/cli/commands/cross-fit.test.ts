import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../in-process.ts";
import { ROOT } from "../program.ts";

const CASES = join(ROOT, "evidence/front/small.json");

test("cases of before are printed again, groups by the numbers that the table has", async () => {
  const [page, json] = [await runHere(["cross-fit", CASES]), await runHere(["cross-fit", CASES, "--json"])];

  const { worst, groups } = JSON.parse(json.stdout);
  expect(page.stdout).toContain(`group ${worst.group} at ${(100 * worst.balanced).toFixed(1)}%`);
  expect(Math.min(...groups.map(({ group }: { group: number }) => group))).toBe(1);
});

test("options that would change nothing about cases are refused, not passed over", async () => {
  const { error, stdout } = await runHere(["cross-fit", CASES, "--seed", "3", "--folds", "5"]);

  expect(error).toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(
      /small\.json holds cases that are judged already, and --folds, --seed would/,
    ),
  });
  expect(stdout).toBe("");
});

test("a recipe without its images says what is missing", async () => {
  const { error } = await runHere(["cross-fit", "smoke"]);

  expect(error).toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(/^--data is missing/) });
});
