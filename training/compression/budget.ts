/**
 * A stage with a budget: where it costs more validation AUC than its recipe allows, the recipe stops there, and
 * nothing of it is kept. The loss is that of this stage alone, against the network that it was given.
 */
import { RadliteError } from "@radlite/model/errors";
import type { JsonObject, Stage } from "./stage.ts";

/** AUC lies between 0 and 1; a point is a hundredth of it. */
const POINTS = 100;

/**
 * The same stage; its options say the budget, in points of AUC. A stage that cannot change a value has none.
 * Applying it: REFUSED where it loses more.
 */
export function withBudget(stage: Stage, maxDrop: number | undefined): Stage {
  if (maxDrop === undefined) return stage;
  return {
    ...stage,
    options: { ...stage.options, maxDrop },
    async apply(network, data, context) {
      const result = await stage.apply(network, data, context);
      const { before, after } = result.report;
      if (before && after) {
        refuseLoss(`Stage ${stage.name}`, stage.options, { before: before.auc, after: after.auc, maxDrop });
      }
      return result;
    },
  };
}

/** `who` lost it, with what options. Errors: REFUSED where that is more than `maxDrop` points of AUC. */
export function refuseLoss(
  who: string,
  options: JsonObject,
  { before, after, maxDrop }: { before: number; after: number; maxDrop: number },
): void {
  const lost = POINTS * (before - after);
  if (lost <= maxDrop) return;
  throw new RadliteError(
    "REFUSED",
    `${who} lost ${lost.toFixed(2)} points of validation AUC (from ${before.toFixed(4)} to ${after.toFixed(4)}); its budget maxDrop is ${maxDrop}. The recipe stops here and no model is written. Its options were ${JSON.stringify(options)}: compress less, fine-tune longer, or allow a larger maxDrop.`,
  );
}
