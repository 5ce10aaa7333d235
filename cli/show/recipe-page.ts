/** docs/recipe.md: every key of a recipe, as a page of Markdown, out of the schema that recipes are held to. */
import type { RecipeKey, RecipeSection } from "@radlite/training/recipes";
import { formatMarkdownTable } from "./output.ts";

/** The command that prints the page anew; it stands in its head. */
export const RECIPE_COMMAND = "npx radlite recipes --keys > docs/recipe.md";

const HEAD = `# The keys of a recipe

Printed by \`${RECIPE_COMMAND}\`.

A recipe is a YAML file that decides the result of a training: network, input, schedule, augmentation, teachers, threshold and stages of compression. It names no path and no machine. Unknown keys, wrong types and values out of range are refused with file, line and what is allowed. Those that are shipped lie in [training/recipes/shipped](../training/recipes/shipped); \`npx radlite recipes\` lists them, and \`npx radlite train FILE.yaml --data DIR --out OUT\` trains by one of your own.

Layers are numbered as \`npx radlite inspect MODEL\` shows them. Where a key is \`required\`, its section has no meaning without it.`;

/** Ends with a line feed. */
export function formatRecipePage(sections: readonly RecipeSection[]): string {
  return `${[HEAD, ...sections.map(formatSection)].join("\n\n")}\n`;
}

function formatSection({ name, about, keys }: RecipeSection): string {
  const title = name === "" ? "## At the top" : `## ${name}`;
  const table = keys.length === 0 ? "No keys of its own." : formatKeys(keys);
  return [title, about, table].filter((part) => part !== "").join("\n\n");
}

function formatKeys(keys: readonly RecipeKey[]): string {
  return formatMarkdownTable([
    ["key", "what", "unit", "default", "allowed"],
    ...keys.map(({ path, about, unit, allowed, ...key }) => [
      `\`${path}\``,
      about,
      unit || "–",
      key.default,
      allowed,
    ]),
  ]);
}
