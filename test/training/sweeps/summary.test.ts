/** Rows from evidence as it is committed: evidence/transfer has bundles without their model files. */

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { findRepositoryRoot, type LoadedRecipe } from "@radlite/training/recipes";
import { type SummaryOptions, summariseSweep } from "@radlite/training/sweeps";
import { expect, test } from "vitest";

const FOLDER = join(findRepositoryRoot(), "evidence/transfer");
const RUN = "vgg16-64-scratch";

async function summarise(
  options: Partial<SummaryOptions> = {},
  { name = RUN, source }: { name?: string; source?: string } = {},
) {
  const made = source ?? (await readFile(join(FOLDER, RUN, "recipe.yaml"), "utf8"));
  const run = { name, settings: { seed: 1 }, recipe: { source: made } as LoadedRecipe };
  const [row] = await summariseSweep(
    { parents: [], runs: [run] },
    { on: "validation", folderOf: (one) => join(FOLDER, one), command: "radlite sweep …", ...options },
  );
  return row!;
}

test("a bundle without its model file has a row on either set, its bytes from its facts", async () => {
  const [validation, judged] = [await summarise(), await summarise({ on: "test" })];

  await expect(stat(join(FOLDER, RUN, "model.rlm"))).rejects.toThrow("ENOENT");
  expect(judged).toMatchObject({
    name: RUN,
    settings: { seed: 1 },
    figures: { bytes: 3_682_593, parameters: 920_625, set: "test", n: 345, stages: [] },
  });
  expect(judged.figures!.accuracy.value).toBeCloseTo(309 / 345, 12); // the 89.6% of docs/transfer.md
  expect(validation.figures).toMatchObject({ set: "validation", bytes: 3_682_593 });
  expect(validation.figures!.n).not.toBe(345);
  expect([judged.reason, validation.reason]).toEqual([undefined, undefined]);
});

test("what is not there, or by another recipe, says what makes it; no figures are shown for it", async () => {
  const missing = await summarise({}, { name: "nowhere" });
  const changed = await summarise({}, { source: "name: another" });

  expect(missing).toEqual({
    name: "nowhere",
    settings: { seed: 1 },
    reason: "not run here: `radlite sweep …`",
  });
  expect(changed.figures).toBeUndefined();
  expect(changed.reason).toBe("made by another recipe; again by this one: `radlite sweep …`");
});

test("a run that failed just now says why, whatever an earlier one left", async () => {
  const outcomes = new Map([[RUN, { kind: "failed", reason: "no luck" } as const]]);

  expect(await summarise({ outcomes })).toEqual({ name: RUN, settings: { seed: 1 }, reason: "no luck" });
});
