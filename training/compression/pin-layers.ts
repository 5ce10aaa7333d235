/** Layers that no stage of a recipe may cut, whatever its own options say. */
import { RadliteError } from "@radlite/model/errors";
import { parseDocument } from "yaml";
import { type LoadedRecipe, STAGE_KINDS, type StageRecipe } from "../recipes/index.ts";

/** The recipe with these layers pinned, its text too: what a bundle keeps is what it was made by. Errors as below. */
export function pinRecipe({ recipe, source }: LoadedRecipe, layers: readonly number[]): LoadedRecipe {
  if (layers.length === 0) return { recipe, source };
  const stages = pinLayers(recipe.stages, layers);
  const document = parseDocument(source);
  stages.forEach((stage, at) => {
    if ("pinned" in stage) document.setIn(["stages", at, "pinned"], stage.pinned);
  });
  return { recipe: { ...recipe, stages }, source: document.toString() };
}

/**
 * The stages with these layers pinned beside their own; layers are numbered as `radlite inspect` shows those of
 * the model that is compressed. Errors: BAD_INPUT for a stage that spares no layer, one that gives a pinned layer
 * bits or ranks, and one after factorisation, which numbers layers anew.
 */
export function pinLayers(stages: readonly StageRecipe[], layers: readonly number[]): StageRecipe[] {
  if (layers.length === 0) return [...stages];
  if (!stages.some((stage) => "pinned" in stage)) {
    throw new RadliteError("BAD_INPUT", "No stage of the recipe can spare a layer: leave the pins out.");
  }
  const renumbering = stages.findIndex(({ name }) => STAGE_KINDS[name].renumbers);
  return stages.map((stage, at) => {
    if (STAGE_KINDS[stage.name].isLossless) return stage;
    if (!("pinned" in stage)) {
      throw refuse(stage.name, "codes all layers together and can spare none");
    }
    if (renumbering >= 0 && at > renumbering) {
      throw refuse(
        stage.name,
        `follows on ${stages[renumbering]!.name}, which numbers layers anew; name its pinned layers in the recipe`,
      );
    }
    const own = "layers" in stage ? stage.layers.map(({ layer }) => layer) : [];
    const both = layers.find((layer) => own.includes(layer));
    if (both !== undefined) throw refuse(stage.name, `has its own options for layer ${both}`);
    return { ...stage, pinned: [...new Set([...stage.pinned, ...layers])] };
  });
}

function refuse(stage: string, why: string): RadliteError {
  return new RadliteError("BAD_INPUT", `Layers cannot be pinned: stage ${stage} ${why}.`);
}
