/**
 * The text of a YAML file -> what a schema makes of it, a recipe above all, or one BAD_INPUT that lists every fault (of
 * very many the first) with file, line, key, what came and what is allowed. YAML 1.2 core schema; aliases are refused,
 * since nothing here has a use for them.
 */
import { RadliteError } from "@radlite/model/errors";
import { parseYamlText } from "@radlite/registry/bundle";
import { distance } from "fastest-levenshtein";
import { type Document, isCollection, isMap, isNode, isScalar, LineCounter } from "yaml";
import type { z } from "zod";
import { type Recipe, recipeSchema } from "./recipe.ts";

/** That are listed; a text with more is no recipe with slips. */
const MAX_FAULTS = 50;

/** `file` is the name to show in messages. Errors: BAD_INPUT. */
export function parseRecipe(source: string, file: string): Recipe {
  return parseYaml(source, recipeSchema, { file, kind: "Recipe" });
}

/** `kind` is what to call the file. Errors: BAD_INPUT. */
export function parseYaml<T>(
  source: string,
  schema: z.ZodType<T>,
  { file, kind }: { file: string; kind: string },
): T {
  const name = `${kind} ${file}`;
  const lines = new LineCounter();
  const document = parseYamlText(source, name, lines);
  const broken = document.errors
    .slice(0, MAX_FAULTS)
    .map((error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
  if (broken.length > 0) throw refuse(name, broken);

  const parsed = schema.safeParse(toPlain(document, name));
  if (parsed.success) return parsed.data;
  throw refuse(
    name,
    parsed.error.issues
      .slice(0, MAX_FAULTS)
      .flatMap((issue) => describe(issue, document, lines, { file, kind }))
      .slice(0, MAX_FAULTS),
  );
}

function toPlain(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new RadliteError("BAD_INPUT", `${name}: aliases are not allowed; write the values out.`, {
      cause,
    });
  }
}

function refuse(name: string, faults: string[]): RadliteError {
  return new RadliteError("BAD_INPUT", `${name} is not valid.\n${faults.join("\n")}`);
}

function describe(
  issue: z.core.$ZodIssue,
  document: Document,
  lines: LineCounter,
  { file, kind }: { file: string; kind: string },
): string[] {
  const at = (path: readonly PropertyKey[]) => `${file}:${findLine(document, lines, path)}`;
  const key = nameKey(issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(", ");
    const inside = key === "" ? "" : ` in ${key}`;
    return issue.keys
      .slice(0, MAX_FAULTS)
      .map(
        (unknown) =>
          `${at([...issue.path, unknown])}: unknown key ${unknown}${inside}${suggest(unknown, known)}; known keys: ${known.join(", ")}`,
      );
  }
  const came = document.hasIn(issue.path as unknown[])
    ? show(document.getIn(issue.path as unknown[]))
    : "missing";
  return [`${at(issue.path)}: ${key || `the ${kind.toLowerCase()}`} is ${came}; allowed: ${issue.message}`];
}

/** The line of the key itself, or of the nearest thing around it that exists. */
function findLine(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const last = path.at(-1);
  const pair = isMap(parent)
    ? parent.items.find((item) => isScalar(item.key) && item.key.value === last)
    : undefined;
  const node = pair?.key ?? (last === undefined ? undefined : document.getIn(path as unknown[], true));
  if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  return path.length === 0 ? 1 : findLine(document, lines, path.slice(0, -1));
}

function nameKey(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at > 0 ? "." : ""}${String(part)}`))
    .join("");
}

function show(value: unknown): string {
  if (isCollection(value)) return isMap(value) ? "a map" : "a list";
  return JSON.stringify(value) ?? String(value);
}

/** Half the letters may differ: `weigthDecay` is weightDecay, `colour` is nothing. */
function suggest(unknown: string, known: string[]): string {
  const nearest = known.toSorted((a, b) => distance(unknown, a) - distance(unknown, b))[0];
  if (nearest === undefined || distance(unknown, nearest) > nearest.length / 2) return "";
  return ` (did you mean ${nearest}?)`;
}
