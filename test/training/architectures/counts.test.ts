/** Weights of the published networks without their classifier, as Keras Applications counts them. */

import type { InputRecipe } from "@radlite/model/format";
import {
  type Architecture,
  buildArchitecture,
  countValues,
  type Graph,
  isTrained,
  PUBLISHED_FAMILIES,
  type PublishedFamily,
} from "@radlite/training/architectures";
import { expect, test } from "vitest";

const INPUT: InputRecipe = { height: 75, width: 75, channels: 3, normalise: { kind: "per-image" } };

/** Trained by gradient, and BatchNorm's running statistics. */
const COUNTS: [PublishedFamily, width: number, trained: number, estimated: number][] = [
  ["vgg16", 1, 14_714_688, 0],
  ["vgg19", 1, 20_024_384, 0],
  ["resnet50", 1, 23_534_592, 53_120],
  ["inceptionv3", 1, 21_768_352, 34_432],
  ["inceptionresnetv2", 1, 54_276_192, 60_544],
  ["nasnetlarge", 1, 84_720_150, 196_668],
  ["nasnetmobile", 1, 4_232_978, 36_738],
  ["mobilenet", 1, 3_206_976, 21_888],
  ["mobilenet", 0.75, 1_816_560, 16_416],
  ["mobilenet", 0.5, 818_592, 10_944],
  ["mobilenet", 0.25, 213_072, 5_472],
  ["mobilenetv2", 1, 2_223_872, 34_112],
  ["mobilenetv2", 0.35, 396_128, 14_080],
  ["mobilenetv2", 1.4, 4_315_776, 47_936],
  ["densenet121", 1, 6_953_856, 83_648],
  ["squeezenet", 1, 722_496, 0],
];

function countBase(graph: Graph): { trained: number; estimated: number } {
  const { tensors } = graph;
  const base = tensors.slice(0, -2); // the head's logit: weights and bias
  const sum = (specs: typeof base) => specs.reduce((total, spec) => total + countValues(spec), 0);
  return {
    trained: sum(base.filter(({ role }) => isTrained(role))),
    estimated: sum(base.filter(({ role }) => !isTrained(role))),
  };
}

function build(family: PublishedFamily, width: number, input = INPUT): Graph {
  const architecture: Architecture = { family, width, head: { hidden: [], dropout: 0 } };
  return buildArchitecture(architecture, input, ["NORMAL", "PNEUMONIA"]);
}

test.each(COUNTS)(
  "%s at width %d has %d trained weights and %d statistics",
  (family, width, trained, estimated) => {
    expect(countBase(build(family, width))).toEqual({ trained, estimated });
  },
);

test("every published family is counted", () => {
  expect(new Set(COUNTS.map(([family]) => family))).toEqual(new Set(PUBLISHED_FAMILIES));
});

test.each(PUBLISHED_FAMILIES)(
  "%s has the same weights at any size, less two thirds of the first kernel in grey",
  (family) => {
    const colour = countBase(build(family, 1));
    const grey = build(family, 1, { ...INPUT, height: 96, width: 128, channels: 1 });

    const [first] = grey.tensors;
    expect(countBase(grey)).toEqual({ ...colour, trained: colour.trained - 2 * countValues(first!) });
  },
);

test.each(PUBLISHED_FAMILIES)("%s refuses an image that its strides leave nothing of", (family) => {
  expect(() => build(family, 1, { ...INPUT, height: 31, width: 64 })).toThrow(
    expect.objectContaining({
      code: "BAD_INPUT",
      message: expect.stringMatching(
        new RegExp(`^${family} needs images of \\d+ pixels or more a side; the input has 31`),
      ),
    }),
  );
});
