/** `--explain OUT.png`: the radiograph with what the network leaned on over it, in a file. */
import { RadliteError } from "@radlite/model/errors";
import type { PreparedInput } from "@radlite/model/input";
import type { ActivationMap, Box, VerdictModel } from "@radlite/model/verdict";
import { requireWritable, writeNamedFile } from "./files.ts";

export interface WrittenExplanation {
  /** The picture. */
  file: string;
  /** Pixels of the upright original. */
  box: Box;
}

/**
 * Before any file is read.
 * @throws BAD_INPUT for several radiographs, of which each would write over the one before; where the picture would
 *   write over the radiograph, or has no folder to lie in; and with reason NOT_EXPLAINABLE.
 */
export async function requireExplainable(
  files: readonly string[],
  out: string,
  model: VerdictModel,
): Promise<void> {
  if (files.length > 1) {
    throw new RadliteError(
      "BAD_INPUT",
      `--explain writes one picture, and ${files.length} radiographs are named: classify them one by one, each with a file of its own`,
    );
  }
  await requireWritable(out, files);
  const { requireHead } = await import("@radlite/model/verdict");
  requireHead(model);
}

/** @param prepared with a view */
export async function writeExplanation(
  path: string,
  model: VerdictModel,
  { view, ...prepared }: PreparedInput,
  map: ActivationMap,
): Promise<WrittenExplanation> {
  const { encodePng } = await import("@radlite/model/input");
  const { explain } = await import("@radlite/model/verdict");
  const { overlay, box } = explain(model, map, { ...prepared, view: view! });
  await writeNamedFile(path, encodePng(overlay));
  return { file: path, box };
}

/** A line for people. */
export function describeExplanation({ file, box: { x, y, width, height } }: WrittenExplanation): string {
  return `${file}: what the network leaned on, most of it from ${x}, ${y} to ${x + width}, ${y + height}; no outline of a finding`;
}
