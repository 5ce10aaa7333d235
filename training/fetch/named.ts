/** Things that people name on the command line. */
import { RadliteError } from "@radlite/model/errors";
import { distance } from "fastest-levenshtein";

/** `missing`: `are no weights`, say. Errors: NOT_FOUND that names the nearest and all. */
export function findNamed<Item extends { name: string }>(
  items: readonly Item[],
  name: string,
  missing: string,
): Item {
  const found = items.find((item) => item.name === name);
  if (found) return found;
  const names = items.map((item) => item.name);
  const [nearest] = names.toSorted((a, b) => distance(name, a) - distance(name, b));
  throw new RadliteError(
    "NOT_FOUND",
    `There ${missing} named ${name} (did you mean ${nearest}?). Known: ${names.join(", ")}.`,
  );
}
