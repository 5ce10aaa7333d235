import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatReproduction } from "../../../cli/reproduction-page.ts";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../../training/data/folders.ts";
import { tinyRecipe } from "../../training/tiny-recipe.ts";
import { runHere } from "../in-process.ts";

const RECIPE = tinyRecipe(1);

let folder: TemporaryFolder;
const at = (name: string) => join(folder.path, name);

beforeAll(async () => {
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(20));
  const recipe = await folder.write("tiny.yaml", RECIPE);
  const { error } = await runHere(["train", recipe, "--data", at("data"), "--out", at("first")]);
  expect(error).toBeUndefined();
});

afterAll(() => folder.remove());

test("a bundle is trained again, and both say the same of how far it landed: for people, and with --json", async () => {
  const again = ["reproduce", at("first"), "--data", at("data"), "--out", at("again")];

  const page = await runHere(again);
  const json = await runHere([...again, "--resume", "--json"]);

  expect([page.error, json.error]).toEqual([undefined, undefined]);
  const reproduction = JSON.parse(json.stdout);
  expect(reproduction).toMatchObject({ isSame: true, bundle: at("again"), sets: { validation: { n: 10 } } });
  expect(page.stdout).toBe(formatReproduction(reproduction));
  expect(page.stdout).toMatch(
    /^\S*first: [\d,]+ bytes, sha256 [0-9a-f]{64}\nagain: .*, seed 1\nthe same file, to the bit\n/,
  );
});

test("the table of two files that differ", () => {
  const accuracy = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
  const side = (sha256: string, bytes: number, backend: string) => ({ sha256, bytes, backend });
  const page = formatReproduction({
    ...{ bundle: "runs/again", model: "residual-64", seed: 1, isSame: false },
    first: side("ab", 41_804, "TensorFlow 2.15.1 (CPU)"),
    second: side("cd", 41_790, "TensorFlow 2.15.1 (GPU)"),
    sets: {
      test: {
        ...{ n: 345, flipped: 7, mcnemar: { onlyFirst: 5, onlySecond: 2, pValue: 0.453125 } },
        first: { accuracy: accuracy(0.945), auc: accuracy(0.9871) },
        second: { accuracy: accuracy(0.936), auc: accuracy(0.9852) },
      },
    },
    notCompared: { stress: "its cases are the same radiographs several times" },
  });

  expect(page.split("\n")).toEqual([
    "residual-64: 41,804 bytes, sha256 ab",
    "again: 41,790 bytes, sha256 cd, seed 1",
    "another file, trained by TensorFlow 2.15.1 (GPU) where it was TensorFlow 2.15.1 (CPU)",
    "",
    expect.stringMatching(/^set +radiographs +accuracy +accuracy again +AUC .*McNemar's p$/),
    expect.stringMatching(
      /^test +345 +94\.5% \(84\.5 to 104\.5\) +93\.6% \(83\.6 to 103\.6\) +0\.987 +0\.985 +5 +2 +0\.453$/,
    ),
    "stress is not compared: its cases are the same radiographs several times",
  ]);
});
