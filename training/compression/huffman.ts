/**
 * Huffman coding of shared weights' indices: frequent values get short codes, tensor by tensor, and only where
 * that is shorter with its code lengths counted in. Changes no value.
 * Huffman, "A Method for the Construction of Minimum-Redundancy Codes", 1952; in networks: Han, Mao & Dally,
 * "Deep Compression", ICLR 2016, section 4.
 */
import { encodeNetwork, type Network } from "@radlite/model/format";
import { compareStage } from "./layers.ts";
import type { Stage } from "./stage.ts";

export function createHuffmanStage(): Stage {
  return {
    name: "huffman",
    options: {},
    async apply(network) {
      let coded = network;
      for (const at of network.tensors.keys()) {
        const tried = recode(coded, at);
        if (tried && encodeNetwork(tried).length < encodeNetwork(coded).length) coded = tried;
      }
      return { network: coded, report: compareStage(network, coded) };
    },
  };
}

/** Tensor `at` with Huffman-coded indices; undefined where it has none. */
function recode(network: Network, at: number): Network | undefined {
  const tensor = network.tensors[at]!;
  if (tensor.coding.kind !== "indexed") return undefined;
  return {
    ...network,
    tensors: network.tensors.with(at, { ...tensor, coding: { ...tensor.coding, kind: "clustered" } }),
  };
}
