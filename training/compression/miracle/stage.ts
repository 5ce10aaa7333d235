/**
 * MIRACLE: all weights of the network as choices among random candidates, a given number of bytes in all.
 * A: hashed, the free values learn without a budget. B: a normal posterior of each learns while the weight of its
 * block's KL grows until the block carries no more than a choice can say; the priors' widths learn too. C: block
 * after block is coded and stays; the others learn on around it. What is judged is what the file decodes to.
 * Havasi, Peharz & Hernandez-Lobato, "Minimal Random Code Learning", ICLR 2019.
 */
import { RadliteError } from "@radlite/model/errors";
import { decodeSeeded, type Network, type SeededCode, type WeightTensor } from "@radlite/model/format";
import { replaceValues, thawNetwork } from "../../freeze/thaw.ts";
import { compareStage } from "../layers.ts";
import type { Stage } from "../stage.ts";
import { scoreNetwork } from "../tuning.ts";
import { type CodingOptions, codeBlocks } from "./encoding.ts";
import { createHashing, projectWeights, spreadFree } from "./hashing.ts";
import { type Learner, placeTensors, startLearner } from "./learner.ts";
import { countChoices, type LearningOptions, learnPosterior } from "./learning.ts";
import { startPosterior } from "./posterior.ts";

export interface MiracleOptions extends LearningOptions, CodingOptions {
  /** Weights that share a free value. Biases share none. */
  group: number;
}

/** Candidates' entries that coding holds in memory: 256 MiB of doubles. */
const MOST_ENTRIES = 2 ** 25;

/** Applying it: BAD_INPUT for blocks too large to try all candidates. */
export function createMiracleStage(options: MiracleOptions): Stage {
  return {
    name: "miracle",
    options: { ...options },
    streams: ["miracle"],
    async apply(network, data, context) {
      const before = scoreNetwork(network, data);
      const order = listTensors(network);
      const learner = hashNetwork(network, order, options);
      checkBlocks(learner.hashing.free, options);
      const judge = () => {
        const values = spreadFree(learner.hashing, learner.posterior.means);
        return scoreNetwork(replaceValues(network, placeTensors(order, values)), data);
      };
      const held = await learnPosterior(learner, data, options, { ...context, judge });
      const code = await codeBlocks(learner, held, data, options, context);
      const coded = applyCode(network, order, code);
      const scores = { before, after: scoreNetwork(coded, data) };
      const figures = { blocks: code.choices.length, freeValues: learner.hashing.free, klNats: held.klNats };
      return { network: coded, report: compareStage(network, coded, scores, figures) };
    },
  };
}

function checkBlocks(free: number, options: MiracleOptions): void {
  const { bytes, bits, blocks } = options;
  const size = blocks === "kl" ? 0 : Math.ceil(free / countChoices(free, options));
  if (size * 2 ** bits <= MOST_ENTRIES) return;
  throw new RadliteError(
    "BAD_INPUT",
    `miracle: ${bytes} bytes for ${free} values make blocks of ${size} values, expected at most ${MOST_ENTRIES / 2 ** bits} where choices have ${bits} bits. Give more bytes, fewer bits, or larger groups.`,
  );
}

/** As a file has them: all weights, then all biases. */
function listTensors({ nodes }: Network): number[] {
  const weighted = nodes.flatMap((node) => ("weights" in node ? [node] : []));
  return [...weighted.map(({ weights }) => weights), ...weighted.flatMap(({ bias }) => bias ?? [])];
}

function hashNetwork(
  network: Network,
  order: readonly number[],
  { group, seed }: Pick<MiracleOptions, "group" | "seed">,
): Learner {
  const { graph, values } = thawNetwork(network);
  const own = order.map((tensor) => values[tensor]!);
  const tensors = order.map((tensor) => {
    const count = values[tensor]!.length;
    return { count, group: graph.tensors[tensor]!.role === "bias" ? 1 : Math.min(group, count) };
  });
  const hashing = createHashing(tensors, seed);
  const posterior = startPosterior(projectWeights(hashing, own), hashing.tensorOf);
  return startLearner({ graph, order, hashing, posterior, seed: seed + 1 });
}

/** The network that the code decodes to. */
function applyCode(network: Network, order: readonly number[], code: SeededCode): Network {
  const values = decodeSeeded(code);
  const tensors = [...network.tensors];
  order.forEach((tensor, member) => {
    const coding: WeightTensor["coding"] = { kind: "seeded", code, member };
    tensors[tensor] = { shape: tensors[tensor]!.shape, values: values[member]!, coding };
  });
  return { ...network, tensors };
}
