/**
 * A graph that does not start from scratch: its layers with the values of a file, the others as drawn, and what
 * of it learns. The digest stands for the loaded values wherever a run must tell what it started from.
 */
import { createHash } from "node:crypto";
import type { Graph } from "../architectures/graph.ts";
import { initialiseTensors } from "../architectures/initialise.ts";
import { type LoadReport, loadWeights } from "./load.ts";
import { openWeights } from "./open.ts";
import { limitLearning } from "./transfer.ts";

/** As in a recipe's section `initial`. */
export interface InitialOptions {
  weights: string;
  match: "name" | "order";
  freezeUntil?: string;
  rateShare: number;
  unfreeze?: { from: string };
}

export interface PretrainedStart {
  graph: Graph;
  /** The same with more of it learning, for the fine-tuning that `unfreeze` asks for. */
  unfrozen?: Graph;
  values: Float32Array[];
  /** SHA-256 of the loaded values, float32 in little endian, in the graph's order. */
  sha256: string;
  report: LoadReport;
}

/** Errors: NOT_FOUND (`path`), BAD_INPUT (unreadable, of another shape or architecture, nothing to freeze). */
export async function startFromWeights(
  graph: Graph,
  path: string,
  { match, freezeUntil, rateShare, unfreeze }: InitialOptions,
  seed: number,
): Promise<PretrainedStart> {
  const drawn = initialiseTensors(graph, seed);
  const stored = await openWeights(path);
  try {
    const { values, report } = loadWeights(graph, drawn, stored, { match });
    const limit = (ends: { freezeUntil?: string; learnFrom?: string }) =>
      limitLearning(graph, report.loaded, { ...ends, rateShare });
    return {
      graph: limit({ freezeUntil }),
      ...(unfreeze ? { unfrozen: limit({ learnFrom: unfreeze.from }) } : {}),
      values,
      sha256: hashValues(values.filter((array, at) => array !== drawn[at])),
      report,
    };
  } finally {
    stored.close();
  }
}

/** 64 hex digits, over float32 in little endian. */
export function hashValues(arrays: readonly Float32Array[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of arrays) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
