import type { Network } from "@radlite/model/format";
import type { FitData } from "@radlite/training/fit";
import { expect, test } from "vitest";
import { withBudget } from "../../../training/compression/budget.ts";
import type { Stage, StageReport } from "../../../training/compression/stage.ts";
import { residualNetwork } from "../../model/networks.ts";

const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };
const NO_DATA = {} as FitData;

const score = (auc: number) => ({ auc, loss: 0.1, accuracy: 0.9, sensitivity: 0.9, specificity: 0.9 });

/** Reports these AUCs and does nothing else. */
function stageThat(scores: Pick<StageReport, "before" | "after">): Stage {
  return {
    name: "squeeze",
    options: { bits: 2 },
    apply: async (network) => ({
      network,
      report: {
        layers: [],
        otherParts: [],
        bytesBefore: 9,
        bytesAfter: 5,
        bitsPerWeight: 2,
        entropyBits: 1,
        figures: {},
        ...scores,
      },
    }),
  };
}

const apply = (stage: Stage, network: Network = residualNetwork(1)) => stage.apply(network, NO_DATA, CONTEXT);

test("a stage that loses more than its budget says which, how much and what to do", async () => {
  const stage = withBudget(stageThat({ before: score(0.9972), after: score(0.984) }), 0.5);

  await expect(apply(stage)).rejects.toMatchObject({
    code: "REFUSED",
    message:
      'Stage squeeze lost 1.32 points of validation AUC (from 0.9972 to 0.9840); its budget maxDrop is 0.5. The recipe stops here and no model is written. Its options were {"bits":2}: compress less, fine-tune longer, or allow a larger maxDrop.',
  });
});

test("a stage within its budget, one that gains, and one that cannot change a value go on, and say the budget", async () => {
  const harmless = [
    stageThat({ before: score(0.9972), after: score(0.9923) }),
    stageThat({ before: score(0.99), after: score(0.995) }),
    stageThat({}),
  ];
  for (const stage of harmless) {
    const budgeted = withBudget(stage, 0.5);

    expect(budgeted.options).toEqual({ bits: 2, maxDrop: 0.5 });
    expect((await apply(budgeted)).report).toEqual((await apply(stage)).report);
  }
  expect(withBudget(harmless[0]!, undefined)).toBe(harmless[0]);
});
