/**
 * Where the weights lie that a recipe starts from. A recipe says their name, never a path: it is the command
 * line's `--weights`, or the setting RADLITE_WEIGHTS, that says where.
 */
import { RadliteError } from "@radlite/model/errors";

export interface WeightsLocation {
  /** The path of the command line. */
  given?: string;
  /** RADLITE_WEIGHTS: `name=/path,other=/path`. */
  setting?: string;
}

/**
 * `undefined` for a recipe that starts from scratch. Errors: BAD_INPUT (a setting of another form, a path that nothing needs),
 * NOT_FOUND (nobody says where).
 */
export function locateWeights(
  { name, initial }: { name: string; initial?: { weights: string } },
  { given, setting }: WeightsLocation,
): string | undefined {
  if (!initial) {
    if (given === undefined) return undefined;
    throw new RadliteError(
      "BAD_INPUT",
      `Recipe ${name} starts from scratch and has no use for the weights ${given}; a section initial would name them.`,
    );
  }
  const path = given ?? parseSetting(setting).get(initial.weights);
  if (path !== undefined) return path;
  throw new RadliteError(
    "NOT_FOUND",
    `Recipe ${name} starts from the weights ${initial.weights}: say where they are with --weights PATH or RADLITE_WEIGHTS=${initial.weights}=/path.`,
  );
}

function parseSetting(setting = ""): Map<string, string> {
  const entries = setting.split(",").filter((entry) => entry.trim() !== "");
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      const [name, path] = [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
      if (at > 0 && name && path) return [name, path];
      throw new RadliteError("BAD_INPUT", `RADLITE_WEIGHTS has "${entry}"; name=/path was expected.`);
    }),
  );
}
