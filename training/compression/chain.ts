/**
 * The stages of a recipe, one after the other. What is reached after each can be kept and gone on from: a stage
 * is a function of network, data and context, so a chain that was stopped ends in the same bytes. A chain can
 * have a budget of its own, for all its stages together, beside those of single stages.
 */
import type { Network } from "@radlite/model/format";
import type { FitData } from "../fit/batches.ts";
import type { StageRecipe } from "../recipes/index.ts";
import { refuseLoss } from "./budget.ts";
import { describeGain } from "./gain.ts";
import { createStage } from "./index.ts";
import { summariseStage } from "./layers.ts";
import type { FinishedStage, StageContext, StagedNetwork, StageReport } from "./stage.ts";
import type { StageFolder } from "./stage-folder.ts";
import { assignStreams } from "./streams.ts";

export interface ChainOptions extends Omit<StageContext, "streams" | "progress"> {
  /** Where it is kept how far the chain is. */
  folder?: StageFolder;
  /** Points of validation AUC that all stages together may lose. */
  maxDrop?: number;
}

/** Errors: those of the stages; REFUSED where a budget does not hold; the signal's reason once it is aborted. */
export async function applyStages(
  network: Network,
  recipes: readonly StageRecipe[],
  data: FitData,
  { folder, maxDrop, ...context }: ChainOptions,
): Promise<StagedNetwork> {
  let reached = folder?.done ?? { network, stages: [] };
  const note = (text: string) => context.onProgress?.({ kind: "note", text });
  if (folder?.done) note(`going on after stage ${reached.stages.length} of ${recipes.length}`);
  const stages = recipes.map(createStage);
  const streams = assignStreams(stages.map((stage) => stage.streams ?? []));
  for (const [at, stage] of stages.entries()) {
    if (at < reached.stages.length) continue;
    const { name } = recipes[at]!;
    const isLast = at === stages.length - 1;
    const progress = await folder?.openProgress(at);
    note(progress?.saved === undefined ? `${name} …` : `${name} goes on where it was stopped …`);
    const { network: smaller, report } = await stage.apply(reached.network, data, {
      ...context,
      ...{ streams: streams[at], progress },
    });
    const entry = { name: stage.name, options: stage.options, summary: summariseStage(report) };
    reached = { network: smaller, stages: [...reached.stages, entry] };
    note(`${name}: ${describeGain(name, report, { after: smaller, isLast })}`);
    if (maxDrop !== undefined) holdBudget(reached.stages, report, maxDrop);
    await folder?.keep(reached);
  }
  return reached;
}

/** From the first stage that could change a value to the latest one. */
function holdBudget(stages: readonly FinishedStage[], { after }: StageReport, maxDrop: number): void {
  const first = stages.find(({ summary }) => summary.validationAucBefore !== undefined);
  if (!first || !after) return;
  const loss = { before: first.summary.validationAucBefore as number, after: after.auc };
  refuseLoss(`The stages up to ${stages.at(-1)!.name}`, stages.at(-1)!.options, { ...loss, maxDrop });
}
