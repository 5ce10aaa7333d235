/** The committed weight files, and graphs that they fit. */

import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InputRecipe } from "@radlite/model/format";
import {
  buildArchitecture,
  countValues,
  FAMILIES,
  type Graph,
  initialiseTensors,
  listTensors,
  type PublishedFamily,
} from "@radlite/training/architectures";

const folder = fileURLToPath(new URL("../../fixtures/weights/", import.meta.url));

export const NOTOP_FILE = join(folder, "vgg16-notop.h5");
export const FULL_FILE = join(folder, "vgg16-full.h5");
export const TENSORFLOWJS_FOLDER = join(folder, "mobilenet");

/** Widths of the fixtures. */
const WIDTHS: Partial<Record<PublishedFamily, number>> = { vgg16: 1 / 64, mobilenet: 1 / 32 };

export function buildFitting(family: PublishedFamily, channels: 1 | 3 = 3, width = WIDTHS[family]!): Graph {
  const side = FAMILIES[family].minimumSide;
  const input: InputRecipe = { height: side, width: side, channels, normalise: { kind: "per-image" } };
  const head = { hidden: [], dropout: 0 };
  return buildArchitecture({ family, width, head }, input, ["NORMAL", "PNEUMONIA"]);
}

export const drawStart = (graph: Graph): Float32Array[] => initialiseTensors(graph, 1);

/** What make.py writes as tensor `tensor` of a network. */
export function fixtureValues(tensor: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => (((7 * at + 13 * tensor) % 31) - 15) / 8);
}

/** The fixture's values for all tensors of the graph but the head's; tensors are counted in Keras' order. */
export function expectedValues(graph: Graph, start: readonly Float32Array[]): Float32Array[] {
  const numbers = graph.nodes.flatMap(listTensors).slice(0, -2);
  const values = [...start];
  numbers.forEach((number, at) => {
    const spec = graph.tensors[number]!;
    const drawn = fixtureValues(at, countValues(spec));
    values[number] = spec.role === "variance" ? drawn.map((value) => value + 2) : drawn;
  });
  return values;
}

/** A copy of the folder, to be damaged. */
export async function copyFolder(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "radlite-weights-"));
  await cp(TENSORFLOWJS_FOLDER, copy, { recursive: true });
  return copy;
}
