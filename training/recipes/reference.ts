/**
 * Every key of a recipe with what it is, its unit, default and range, read out of the schema that recipes are held
 * to: what docs/recipe.md is printed from.
 */
import { z } from "zod";
import { recipeSchema } from "./recipe.ts";
import { STAGE_KINDS, type StageName } from "./stages/index.ts";

export interface RecipeSection {
  /** Empty for the keys at the top. */
  name: string;
  about: string;
  keys: RecipeKey[];
}

export interface RecipeKey {
  /** Below its section: `stem.width`, `body[].stride`. */
  path: string;
  about: string;
  unit: string;
  /** As YAML has it; `required`, or `absent` where nothing stands for it. */
  default: string;
  allowed: string;
}

/** The part of JSON Schema that zod writes for recipes, and what `meta` of our rules adds. */
interface Rule {
  type?: string;
  description?: string;
  unit?: string;
  allowed?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Rule;
  anyOf?: Rule[];
  oneOf?: Rule[];
  properties?: Record<string, Rule>;
  required?: string[];
}

export function listRecipeKeys(): RecipeSection[] {
  const recipe = z.toJSONSchema(recipeSchema, { io: "input", unrepresentable: "any" }) as Rule;
  const top = { name: "", about: "", keys: listKeys(recipe, "", { deep: false }) };
  const sections = Object.entries(recipe.properties!).flatMap(([name, rule]): RecipeSection[] => {
    const about = rule.description ?? "";
    const variants = rule.oneOf ?? rule.items?.oneOf;
    if (variants) return variants.map((variant) => describeVariant(name, variant));
    return rule.properties ? [{ name, about, keys: listKeys(rule, "") }] : [];
  });
  return [top, ...sections];
}

/** A family of `architecture`, or a stage. */
function describeVariant(section: string, rule: Rule): RecipeSection {
  const [[key, which]] = Object.entries(rule.properties!) as [[string, Rule]];
  const stage = section === "stages" ? STAGE_KINDS[which.const as StageName] : undefined;
  const about = stage ? `${capitalise(stage.does)}. ${stage.paper}.` : (which.description ?? "");
  const name = `${section}: ${which.const ?? "published"}`;
  return { name, about, keys: listKeys(rule, "").filter(({ path }) => which.enum || path !== key) };
}

function listKeys(
  { properties = {}, required = [] }: Rule,
  before: string,
  { deep = true } = {},
): RecipeKey[] {
  return Object.entries(properties).flatMap(([name, rule]) => {
    const path = `${before}${name}`;
    const inner = rule.items?.properties ? rule.items : rule;
    const isSection = inner.properties !== undefined;
    const row = {
      path,
      about: rule.description ?? "",
      unit: rule.unit ?? rule.items?.unit ?? "",
      default: describeDefault(rule, required.includes(name)),
      allowed: describeAllowed(rule),
    };
    if (!deep || !isSection) return [row];
    return [row, ...listKeys(inner, `${path}${inner === rule ? "." : "[]."}`)];
  });
}

function describeDefault({ default: value, type }: Rule, isRequired: boolean): string {
  if (isRequired) return "required";
  if (value === undefined) return "absent";
  if (type === "object") return "those of its keys";
  if (Array.isArray(value)) return "none";
  return String(value);
}

function describeAllowed(rule: Rule): string {
  const { allowed, type, minimum, maximum, items, properties } = rule;
  const choices = rule.enum ?? rule.anyOf?.map((one) => one.const);
  if (allowed !== undefined) return allowed;
  if (rule.const !== undefined) return String(rule.const);
  if (choices) return choices.join(", ");
  if (properties || rule.oneOf) return "a map";
  if (items)
    return `a list${describeLength(rule)} of ${items.properties || items.oneOf ? "maps" : describeAllowed(items)}`;
  return `${minimum} to ${maximum}${type === "integer" ? ", whole" : ""}`;
}

function describeLength({ minItems = 0, maxItems }: Rule): string {
  if (maxItems === undefined) return "";
  return minItems > 0 ? ` (${minItems} to ${maxItems})` : ` (up to ${maxItems})`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
