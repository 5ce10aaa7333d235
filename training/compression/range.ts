/**
 * Entropy coding of shared weights' indices in whatever coding makes the file shortest: of fixed width, Huffman
 * codes, gaps and indices for sparse weights, or the adaptive range code, over a codebook or a step. Changes no value.
 * Wiedemann et al., "DeepCABAC", IEEE Journal of Selected Topics in Signal Processing 14(4), 2020.
 */
import { recodeNetwork } from "@radlite/model/format";
import { compareStage } from "./layers.ts";
import type { Stage } from "./stage.ts";

export function createRangeStage(): Stage {
  return {
    name: "range",
    options: {},
    async apply(network) {
      const coded = recodeNetwork(network, ["indexed", "clustered", "sparse", "range", "stepped"]);
      return { network: coded, report: compareStage(network, coded) };
    },
  };
}
