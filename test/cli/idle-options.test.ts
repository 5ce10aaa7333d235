/** Options that would be passed over are refused before the work: what they ask for would not be done. */
import { expect, test } from "vitest";
import { runHere } from "./in-process.ts";

const SWEEP = "training/recipes/sweeps/pruning-residual-64.yaml";

test.each([
  ["train", "smoke", "--data", "d", "--out", "o"],
  ["compress", "residual-32", "--recipe", "smoke", "--data", "d", "--out", "o"],
  ["sweep", SWEEP, "--data", "d", "--out", "o"],
  ["compare-transfer", "squeezenet", "--data", "d"],
])("%s %s: a server without --register would hear of nothing", async (...args) => {
  const { error } = await runHere([...args, "--server", "http://localhost:1"]);

  expect(error).toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(/add --register/) });
});

test.each([
  ["--register", "compare-transfer", "squeezenet", "--register"],
  ["--weights", "compare-transfer", "squeezenet", "--weights", "squeezenet=a.h5"],
  ["--register", "sweep", SWEEP, "--out", "o", "--register"],
])("%s of %s %s is refused where nothing is trained", async (option, ...args) => {
  const { error, stdout } = await runHere(args);

  expect(error).toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining(`${option} is of no use without --data`),
  });
  expect(stdout).toBe("");
});
