import { parseRecipe } from "@radlite/training/recipes";
import { expect, test } from "vitest";

const write = (initial: string) => `
name: test
description: For this test.
architecture: { family: mobilenet }
initial: { weights: imagenet, ${initial} }
input: { size: 96 }
fit: { epochs: 2 }
`;

test("a second phase and the views of either are read", () => {
  const { initial } = parseRecipe(
    write(
      "freezeUntil: conv_pw_5_relu, views: 4, unfreeze: { from: conv_dw_3, epochs: 2, rate: 0.0001, views: 3 }",
    ),
    "test.yaml",
  );

  expect(initial).toMatchObject({
    views: 4,
    unfreeze: { from: "conv_dw_3", epochs: 2, rate: 0.0001, views: 3 },
  });
});

test.each([
  ["views: 4", "initial.views is 4"],
  ["unfreeze: { from: conv_dw_3, epochs: 2, rate: 0.0001 }", "initial.unfreeze is a map"],
])("%s without a frozen layer is refused", (initial, came) => {
  expect(() => parseRecipe(write(initial), "test.yaml")).toThrow(
    `test.yaml:5: ${came}; allowed: left out, for a recipe without initial.freezeUntil`,
  );
});
