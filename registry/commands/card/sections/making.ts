/** How it was made: enough to make it again from the same radiographs. */
import type { JsonObject } from "@radlite/registry/bundle";
import type { CardSource } from "../card-source.ts";
import { code, count, fence, foreign, list, table } from "../markdown.ts";

/** Figures that stages sum up what they did in, with their headings. */
const SUMMARY: readonly [key: string, heading: string, decimals: number][] = [
  ["bytesBefore", "bytes before", 0],
  ["bytesAfter", "bytes after", 0],
  ["bitsPerWeight", "bits a weight", 3],
  ["validationAucBefore", "validation AUC before", 4],
  ["validationAucAfter", "validation AUC after", 4],
];

export function describeMaking({ facts, recipe }: CardSource): string {
  const { stages, seed, backend } = facts;
  return [
    list([
      `Recipe ${foreign(facts.recipe.name)}, ${code(facts.recipe.digest)} (SHA-256 of its text)`,
      `Seed ${seed}`,
      `Computed by ${foreign(backend)}`,
      "One network, no ensemble",
    ]),
    ...(stages.length === 0
      ? ["No compression stage."]
      : [
          table([
            ["stage", ...SUMMARY.map(([, heading]) => heading)],
            ...stages.map(({ name, summary }) => [
              foreign(name),
              ...SUMMARY.map((one) => showFigure(summary, one)),
            ]),
          ]),
        ]),
    recipe === undefined
      ? "The text of the recipe was not kept."
      : `The recipe in full:\n\n${fence(recipe, "yaml")}`,
  ].join("\n\n");
}

function showFigure(summary: JsonObject, [key, , decimals]: (typeof SUMMARY)[number]): string {
  const value = Object.hasOwn(summary, key) ? summary[key] : undefined;
  if (typeof value !== "number") return "";
  return decimals === 0 ? count(value) : value.toFixed(decimals);
}
