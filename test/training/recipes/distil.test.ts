import { digestRecipe, parseRecipe } from "@radlite/training/recipes";
import { expect, test } from "vitest";

const PLAIN = `name: test
description: For this test.
architecture: { family: residual, stem: { width: 8 }, body: [{ width: 16 }] }
input: { size: 32 }
fit: { epochs: 2 }
`;

const read = (distil: string, source = PLAIN) => parseRecipe(`${source}distil: ${distil}\n`, "test.yaml");

test("hints name layers of teacher and student, or leave it at the pooled maps", () => {
  const { distil } = read(
    "{ teacher: residual-64, hints: [{ teacher: 8, student: 3, weight: 1 }, { weight: 0.5 }] }",
  );

  expect(distil!.hints).toEqual([{ teacher: 8, student: 3, weight: 1 }, { weight: 0.5 }]);
});

test("a network may learn from itself, once or several times", () => {
  expect(read("{ teacher: itself }").distil).toEqual({ teacher: ["itself"], temperature: 2, weight: 0.1 });
  expect(read("{ teacher: itself, generations: 3 }").distil!.generations).toBe(3);
});

test("a recipe that says nothing of hints and generations keeps its identity", () => {
  const recipe = read("{ teacher: residual-64 }");

  expect(Object.keys(recipe.distil!)).toEqual(["teacher", "temperature", "weight"]);
  expect(digestRecipe(read("{ teacher: residual-64, hints: [{ weight: 1 }] }"))).not.toBe(
    digestRecipe(recipe),
  );
});

test.each([
  [
    "a hint without weight",
    "{ teacher: residual-64, hints: [{ student: 3 }] }",
    "test.yaml:6: distil.hints[0].weight is missing; allowed: a number from 0 to 1000",
  ],
  [
    "no hint in the list of hints",
    "{ teacher: residual-64, hints: [] }",
    "distil.hints is a list; allowed: a list of 1 to 8 maps of the keys teacher, student, weight",
  ],
  [
    "a hint from a teacher that sees plain images",
    "{ teacher: residual-64, sees: plain, hints: [{ weight: 1 }] }",
    "distil.hints is a list; allowed: left out, where the teacher sees the image plain",
  ],
  [
    "generations of another teacher",
    "{ teacher: residual-64, generations: 2 }",
    "distil.generations is 2; allowed: left out, where the teacher is another network than itself",
  ],
  [
    "itself beside others",
    "{ teacher: [itself, residual-64] }",
    "distil.teacher is a list; allowed: itself alone, or other names",
  ],
])("%s is refused", (_, distil, message) => {
  expect(() => read(distil)).toThrow(message);
});

test("hints from values that kept features leave out are refused", () => {
  const source = `name: test
description: For this test.
architecture: { family: mobilenet }
initial: { weights: imagenet, freezeUntil: conv_pw_5_relu, views: 4 }
input: { size: 96 }
fit: { epochs: 2 }
`;

  expect(() => read("{ teacher: residual-64, hints: [{ weight: 1 }] }", source)).toThrow(
    "test.yaml:7: distil.hints is a list; allowed: left out, for a recipe with initial.views",
  );
});
