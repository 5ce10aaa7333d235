import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readJobArguments, TRAINING_PROGRAM, writeJobArguments } from "@radlite/registry/commands";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/);
const folder = fc.stringMatching(/^\/[a-zA-Z0-9 ,=.-]{1,20}$/);

/** As many seeds as runs, or none. */
const job = fc.array(name, { minLength: 1, maxLength: 5 }).chain((runIds) =>
  fc.record({
    runIds: fc.constant(runIds),
    work: fc.oneof(
      fc.record({ recipe: name }),
      fc.record({ sweep: name }),
      fc.record({
        recipe: name,
        seeds: fc.array(fc.nat(), { minLength: runIds.length, maxLength: runIds.length }),
      }),
    ),
    dataFolder: folder,
    outFolder: folder,
  }),
);

describe("the words of a training process", () => {
  test("say all of a job", () => {
    fc.assert(
      fc.property(job, (given) => {
        expect(readJobArguments(writeJobArguments(given))).toEqual(given);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  const whole = ["--run", "a,b", "--recipe", "smoke", "--data", "/d", "--out", "/o"];
  test.each([
    ["none", [], /--run, --recipe or --sweep/],
    ["no run", whole.slice(2), /--run, --recipe or --sweep/],
    ["a run without an id", ["--run", "a,,b", ...whole.slice(2)], /--run, --recipe or --sweep/],
    ["no folder", whole.slice(0, 6), /--data and --out were expected/],
    ["a recipe and a sweep", [...whole, "--sweep", "s"], /--recipe or --sweep/],
    ["another word", [...whole, "--recipes", "smoke"], /--recipes.*were expected/],
    ["fewer seeds than runs", [...whole, "--seed", "1"], /one whole number for each of 2 runs/],
    ["a seed that is no number", [...whole, "--seed", "1,x"], /one whole number for each of 2 runs/],
  ])("are refused when they are %s", (_what, words, message) => {
    expect(() => readJobArguments(words)).toThrow(
      expect.objectContaining({ code: "BAD_INPUT", message: expect.stringMatching(message) }),
    );
  });
});

test("the container of trainings runs the same process", () => {
  const lines = readFileSync(join(ROOT, "training.Dockerfile"), "utf8");

  expect(lines).toContain(`ENTRYPOINT ["node", "${TRAINING_PROGRAM}"]`);
});
