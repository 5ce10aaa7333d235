import { RadliteError } from "@radlite/model/errors";
import { digestRecipe, parseRecipe, promisedCoverage, toInputRecipe } from "@radlite/training/recipes";
import { describe, expect, it } from "vitest";
import { SMALLEST } from "./smallest.ts";

const VGG16 = `name: narrow
description: A published network at a quarter of its width.
architecture:
  family: vgg16
  width: 0.25
input:
  size: 64
fit:
  epochs: 2
`;

function faultsOf(source: string): string {
  try {
    parseRecipe(source, "mine.yaml");
  } catch (error) {
    expect(error).toBeInstanceOf(RadliteError);
    expect((error as RadliteError).code).toBe("BAD_INPUT");
    return (error as Error).message;
  }
  throw new Error("the recipe was accepted");
}

describe("parseRecipe", () => {
  it("fills in the documented defaults", () => {
    const recipe = parseRecipe(SMALLEST, "mine.yaml");

    expect(recipe.model).toBe("chest-xray");
    expect(recipe.threshold).toEqual({ kind: "half" });
    expect(recipe.stages).toEqual([]);
    expect(recipe.fit).toMatchObject({ batch: 64, classWeights: "balanced", seed: 1 });
    expect(recipe.augment).toMatchObject({ shift: 0, jpegQuality: 100, scale: { down: 1, up: 1 } });
  });

  it("fills in a published family's head, and takes its weights' normalisation where none is named", () => {
    const recipe = parseRecipe(VGG16, "mine.yaml");
    const named = parseRecipe(VGG16.replace("size: 64", "size: 64\n  normalise: torch"), "mine.yaml");

    expect(recipe.architecture).toEqual({
      family: "vgg16",
      width: 0.25,
      head: { hidden: [], dropout: 0 },
    });
    expect(recipe.input).toEqual({ size: 64, channels: 1, normalise: "caffe" });
    expect(named.input.normalise).toBe("torch");
    expect(parseRecipe(SMALLEST, "mine.yaml").input.normalise).toBe("per-image");
  });

  it("starts from scratch unless it names weights", () => {
    const pretrained = parseRecipe(`${VGG16}initial: { weights: imagenet }\n`, "mine.yaml");

    expect("initial" in parseRecipe(VGG16, "mine.yaml")).toBe(false);
    expect(pretrained.initial).toEqual({ weights: "imagenet", match: "name", rateShare: 1 });
  });

  it.each([
    ["half", { kind: "half" }],
    ["youden", { kind: "youden" }],
    ["sensitivity:0.95", { kind: "sensitivity", target: 0.95 }],
  ])("reads the threshold rule %s", (written, rule) => {
    expect(parseRecipe(`${SMALLEST}threshold: ${written}\n`, "mine.yaml").threshold).toEqual(rule);
  });

  it.each([
    ["one teacher", "{ teacher: residual-64 }", ["residual-64"]],
    ["several", "{ teacher: [residual-64/parent, residual-32] }", ["residual-64/parent", "residual-32"]],
  ])("reads %s", (_, written, teacher) => {
    expect(parseRecipe(`${SMALLEST}distil: ${written}\n`, "mine.yaml").distil).toEqual({
      teacher,
      temperature: 2,
      weight: 0.1,
    });
  });

  it.each([
    [
      "a path for a teacher",
      `${SMALLEST}distil: { teacher: ../model.rlm }\n`,
      /^mine\.yaml:11: distil\.teacher is "\.\.\/model\.rlm"; allowed: a name such as residual-64/m,
    ],
    [
      "an unknown key",
      SMALLEST.replace("epochs: 2", "epochs: 2\n  weigthDecay: 0.3"),
      /^mine\.yaml:11: unknown key weigthDecay in fit \(did you mean weightDecay\?\); known keys: epochs, batch, rate/m,
    ],
    [
      "an unknown key at the top",
      `${SMALLEST}data: /home/me/xrays\n`,
      /^mine\.yaml:11: unknown key data;? ?.*known keys: name, description/m,
    ],
    [
      "a wrong value",
      SMALLEST.replace("residual", "vgg17"),
      /^mine\.yaml:4: architecture\.family is "vgg17"; allowed: family: one of residual, binary-residual, binary-vgg, vgg16, vgg19, /m,
    ],
    [
      "a number out of range",
      SMALLEST.replace("epochs: 2", "epochs: 0"),
      /^mine\.yaml:10: fit\.epochs is 0; allowed: a whole number from 1 to 1000$/m,
    ],
    [
      "a key of another family",
      VGG16.replace("width: 0.25", "stem: { width: 8 }"),
      /^mine\.yaml:5: unknown key stem in architecture; known keys: family, width, head$/m,
    ],
    [
      "an image smaller than the family's strides allow",
      VGG16.replace("size: 64", "size: 24"),
      /^mine\.yaml:7: input\.size is 24; allowed: a whole number from 32 to 331, for vgg16$/m,
    ],
    [
      "a path for a name of weights",
      `${VGG16}initial: { weights: /home/me/vgg16.h5 }\n`,
      /^mine\.yaml:10: initial\.weights is "\/home\/me\/vgg16\.h5"; allowed: a name of lower-case letters/m,
    ],
    [
      "a fraction where a whole number belongs",
      SMALLEST.replace("width: 16,", "width: 16.5,"),
      /^mine\.yaml:6: architecture\.body\[0\]\.width is 16\.5; allowed: a whole number from 1 to 1024$/m,
    ],
    [
      "a missing key",
      SMALLEST.replace("  size: 32\n", "  channels: 1\n"),
      /^mine\.yaml:7: input\.size is missing; allowed: a whole number from 16 to 331$/m,
    ],
    [
      "a missing section",
      SMALLEST.replace("fit:\n  epochs: 2\n", ""),
      /^mine\.yaml:1: fit is missing; allowed: a map of the keys epochs/m,
    ],
    [
      "a bad threshold",
      `${SMALLEST}threshold: sensitivity:1.5\n`,
      /^mine\.yaml:11: threshold is "sensitivity:1\.5"; allowed: half, youden/m,
    ],
    [
      "an unknown stage",
      `${SMALLEST}stages:\n  - name: pruned\n`,
      /^mine\.yaml:12: stages\[0\]\.name is "pruned"; allowed: a map with name: cluster, [a-z, ]+ or range$/m,
    ],
    [
      "blocks cut by nothing known",
      `${SMALLEST}stages:\n  - { name: miracle, blocks: size }\n`,
      /^mine\.yaml:12: stages\[0\]\.blocks is "size"; allowed: one of count, kl$/m,
    ],
    [
      "a bias to be moved inside a random code",
      `${SMALLEST}calibration: { prior: 0.5 }\nstages:\n  - { name: miracle, bytes: 900 }\n`,
      /^mine\.yaml:11: calibration is .*; allowed: left out, with stage miracle/m,
    ],
    [
      "a sparsity that leaves nothing",
      `${SMALLEST}stages:\n  - { name: prune, sparsity: 1 }\n`,
      /^mine\.yaml:12: stages\[0\]\.sparsity is 1; allowed: a number from 0\.1 to 0\.98$/m,
    ],
    [
      "a budget on a stage that can lose nothing",
      `${SMALLEST}stages:\n  - { name: range, maxDrop: 1 }\n`,
      /^mine\.yaml:12: unknown key maxDrop in stages\[0\]; known keys: name$/m,
    ],
    [
      "a lossless code before a stage that changes what it codes",
      `${SMALLEST}stages:\n  - name: huffman\n  - name: cluster\n`,
      /^mine\.yaml:12: stages\[0\]\.name is "huffman"; allowed: the last stage alone/m,
    ],
    [
      "an unknown key in a stage",
      `${SMALLEST}stages:\n  - name: huffman\n    bit: 4\n`,
      /^mine\.yaml:13: unknown key bit in stages\[0\].*known keys: name$/m,
    ],
    [
      "a rule of ranks that there is not",
      `${SMALLEST}stages:\n  - { name: factor, ranks: energy:1.5 }\n`,
      /^mine\.yaml:12: stages\[0\]\.ranks is "energy:1\.5"; allowed: vbmf, or energy: with a share/m,
    ],
    [
      "a rank of zero",
      `${SMALLEST}stages:\n  - name: factor\n    layers: [{ layer: 3, ranks: [0] }]\n`,
      /^mine\.yaml:13: stages\[0\]\.layers\[0\]\.ranks\[0\] is 0; allowed: a whole number from 1 to 65536$/m,
    ],
    [
      "a shortcut on signs that cannot be repeated",
      SMALLEST.replace("family: residual", "family: binary-residual").replace("width: 16", "width: 20"),
      /^mine\.yaml:6: architecture\.body\[0\]\.width is 20; allowed: a multiple of the 8 channels before/m,
    ],
    [
      "a stage on layers of signs",
      `${SMALLEST.replace("family: residual", "family: binary-vgg")}stages: [{ name: cluster }]\n`,
      /^mine\.yaml:11: stages is a list; allowed: no stages for binary-vgg: layers of signs/m,
    ],
    [
      "more channels than a sum of signs may have",
      SMALLEST.replace("family: residual", "family: binary-vgg").replace("width: 16", "width: 897"),
      /^mine\.yaml:6: architecture\.body\[0\]\.width is 897; allowed: a whole number from 1 to 896$/m,
    ],
    [
      "text that is no map",
      "just words",
      /^mine\.yaml:1: the recipe is "just words"; allowed: a map of the keys name/m,
    ],
    ["a duplicate key", `${SMALLEST}name: again\n`, /^mine\.yaml:11: Map keys must be unique/m],
    ["an alias", `${SMALLEST}x: &a 1\ny: *a\n`, /aliases are not allowed/],
  ])("names file, line, key, value and what is allowed for %s", (_, source, expected) => {
    expect(faultsOf(source)).toMatch(expected);
  });

  it("lists every fault at once", () => {
    const faults = faultsOf(SMALLEST.replace("epochs: 2", "epochs: many\n  batch: 1"));

    expect(faults.split("\n").slice(1)).toEqual([
      'mine.yaml:10: fit.epochs is "many"; allowed: a whole number from 1 to 1000',
      "mine.yaml:11: fit.batch is 1; allowed: a whole number from 2 to 1024",
    ]);
  });
});

describe("input.trim", () => {
  const withTrim = (value: string) => SMALLEST.replace("  size: 32\n", `  size: 32\n  trim: ${value}\n`);

  it("goes into the input recipe where it is said, and changes no recipe that does not say it", () => {
    expect(toInputRecipe(parseRecipe(withTrim("true"), "a.yaml").input)).toMatchObject({ trim: true });
    const plain = parseRecipe(SMALLEST, "a.yaml");
    expect(toInputRecipe(plain.input)).not.toHaveProperty("trim");
    expect(plain.input).not.toHaveProperty("trim");
    expect(digestRecipe(parseRecipe(withTrim("true"), "a.yaml"))).not.toBe(digestRecipe(plain));
  });

  it("is true or left out", () => {
    expect(() => parseRecipe(withTrim("false"), "a.yaml")).toThrow(
      "input.trim is false; allowed: true, or left out",
    );
  });
});

describe("review", () => {
  const promising = (coverage: string) => `${SMALLEST}review: { coverage: ${coverage} }\n`;

  it("promises 0.95 where it is left out, and changes no recipe that leaves it out", () => {
    const plain = parseRecipe(SMALLEST, "a.yaml");
    const written = parseRecipe(promising("0.9"), "a.yaml");
    expect([plain, written].map(promisedCoverage)).toEqual([0.95, 0.9]);
    expect(plain).not.toHaveProperty("review");
    expect(digestRecipe(written)).not.toBe(digestRecipe(plain));
  });

  it.each(["0.5", "0.999", "1"])("promises %s", (coverage) => {
    expect(promisedCoverage(parseRecipe(promising(coverage), "a.yaml"))).toBe(Number(coverage));
  });

  it.each(["0.499", "1.001", "0.9505", "95%"])("does not promise %s", (coverage) => {
    expect(faultsOf(promising(coverage))).toMatch(
      /review\.coverage is .*; allowed: a number from 0\.5 to 1 with at most three decimals/,
    );
  });
});
