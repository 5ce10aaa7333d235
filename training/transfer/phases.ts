/**
 * Fits a recipe's network in its phases: what `fit` says, and after it, where the recipe unfreezes more layers,
 * their fine-tuning from the epoch that was best. A phase with `views` runs on kept features of what is frozen.
 * Each phase has a checkpoint of its own, so that a run goes on in the phase in which it was stopped.
 */
import { join } from "node:path";
import { type Graph, listTensors } from "../architectures/graph.ts";
import { hashParts } from "../data/index.ts";
import type { FitData } from "../fit/batches.ts";
import { type FitOptions, type FitResult, fitGraph } from "../fit/fit.ts";
import { countOn, type OnProgress } from "../fit/progress.ts";
import { BACKEND } from "../fit/tensorflow.ts";
import type { Recipe } from "../recipes/index.ts";
import { hashValues, type PretrainedStart } from "../weights/start.ts";
import { cutFrozen } from "./cut.ts";
import { openFeatures } from "./features.ts";

export interface PhasesContext {
  /** Takes the checkpoints. */
  folder: string;
  /** Tells runs apart: by the recipe as far as it decides the fit, by images, teachers and weights. */
  identify(recipe: Recipe): string;
  resume: boolean;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** What a fit has and batches do not depend on. */
const NEUTRAL = {
  epochs: 1,
  rate: 1,
  warmup: 0,
  weightDecay: 0,
  labelSmoothing: 0,
  averaging: 0,
  classWeights: "none",
} as const;

interface Phase {
  graph: Graph;
  start?: readonly Float32Array[];
  options: FitOptions;
  views: number | undefined;
  /** The digest of the images as they come, whatever is made of them. */
  images: string;
  checkpoint: { path: string; fingerprint: string; resume: boolean };
}

/** `epoch` counts over both phases. Errors: as fitGraph and openFeatures. */
export async function fitPhases(
  graph: Graph,
  pretrained: PretrainedStart | undefined,
  data: FitData,
  recipe: Recipe,
  { folder, identify, resume, signal, onProgress }: PhasesContext,
): Promise<FitResult> {
  const { fit, initial } = recipe;
  const { unfreeze, views } = initial ?? {};
  const fingerprint = identify(
    initial ? { ...recipe, initial: { ...initial, unfreeze: undefined } } : recipe,
  );
  const images = identify({
    ...recipe,
    initial: undefined,
    fit: { ...NEUTRAL, batch: fit.batch, seed: fit.seed },
  });
  const epochs = fit.epochs + (unfreeze?.epochs ?? 0);
  const checkpoint = { path: join(folder, "checkpoint.bin"), fingerprint, resume };
  const frozen: Phase = {
    graph: pretrained?.graph ?? graph,
    ...(pretrained ? { start: pretrained.values } : {}),
    options: fit,
    views,
    images,
    checkpoint,
  };
  const first = await fitPhase(frozen, data, { signal, onProgress: countOn(onProgress, 0, epochs) });
  if (!unfreeze || !pretrained?.unfrozen) return first;

  const start = first.values;
  const tuning: Phase = {
    graph: pretrained.unfrozen,
    start,
    options: { ...fit, epochs: unfreeze.epochs, rate: unfreeze.rate, warmup: 0 },
    views: unfreeze.views,
    images,
    checkpoint: {
      path: join(folder, "checkpoint-unfrozen.bin"),
      fingerprint: [fingerprint, hashParts(unfreeze), hashValues(start)].join(" "),
      resume,
    },
  };
  onProgress?.({ kind: "note", text: `fine-tuning from ${unfreeze.from}` });
  const second = await fitPhase(tuning, data, {
    signal,
    onProgress: countOn(onProgress, fit.epochs, epochs),
  });
  if (second.score.loss > first.score.loss) return first;
  return { ...second, epoch: fit.epochs + second.epoch };
}

async function fitPhase(
  { graph, start, options, views, images, checkpoint }: Phase,
  data: FitData,
  context: { signal?: AbortSignal; onProgress?: OnProgress },
): Promise<FitResult> {
  // A hint asks for values inside the network, perhaps inside its front.
  const cut = views === undefined || data.hints ? undefined : cutFrozen(graph);
  if (!cut || !start) return fitGraph(graph, data, options, { checkpoint, start, ...context });

  const { front, rear, numbers } = cut;
  const features = await openFeatures(data, front, start, {
    views: views!,
    seed: options.seed,
    key: hashParts([front.nodes, hashValues(pick(front, start)), images, BACKEND]),
    ...context,
  });
  const fitted = await fitGraph({ ...rear, input: features.input }, features, options, {
    checkpoint,
    start: numbers.map((number) => start[number]!),
    ...context,
  });
  const values = [...start];
  numbers.forEach((number, at) => {
    values[number] = fitted.values[at]!;
  });
  return { ...fitted, values };
}

function pick({ nodes }: Graph, values: readonly Float32Array[]): Float32Array[] {
  return nodes.flatMap(listTensors).map((number) => values[number]!);
}
