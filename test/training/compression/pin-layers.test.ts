import { parseRecipe } from "@radlite/training/recipes";
import { expect, test } from "vitest";
import { pinLayers } from "../../../training/compression/pin-layers.ts";

const stagesOf = (stages: string) =>
  parseRecipe(
    `name: tiny\ndescription: For stages.\narchitecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }\ninput: { size: 16 }\nfit: { epochs: 1 }\nstages:\n${stages}`,
    "tiny.yaml",
  ).stages;

test("every stage that can spare layers spares these beside its own; codings need not", () => {
  const stages = stagesOf("  - { name: prune, pinned: [1, 3] }\n  - name: cluster\n  - name: range\n");

  const pinned = pinLayers(stages, [3, 9]);

  expect(pinned.map((stage) => ("pinned" in stage ? stage.pinned : undefined))).toEqual([
    [1, 3, 9],
    [3, 9],
    undefined,
  ]);
  expect(pinLayers(stages, [])).toEqual(stages);
});

test.each([
  ["  - name: range\n", "No stage of the recipe can spare a layer"],
  ["  - name: prune\n  - name: miracle\n", "stage miracle codes all layers together"],
  ["  - name: factor\n  - name: cluster\n", "stage cluster follows on factor, which numbers layers anew"],
  [
    "  - { name: quantise, layers: [{ layer: 3, bits: 2 }] }\n",
    "stage quantise has its own options for layer 3",
  ],
])("%j cannot keep layer 3", (stages, message) => {
  expect(() => pinLayers(stagesOf(stages), [3])).toThrow(message);
});

test("before factorisation and in it layers can be pinned", () => {
  const pinned = pinLayers(stagesOf("  - name: prune\n  - name: factor\n  - name: range\n"), [3]);
  expect(pinned.map((stage) => "pinned" in stage && stage.pinned)).toEqual([[3], [3], false]);
});
