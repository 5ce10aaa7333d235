/** Whose it is, and whom to name. */
import type { CardSource } from "../card-source.ts";
import { list } from "../markdown.ts";
import { findKnownData } from "../words.ts";

export function describeLicence({ facts }: CardSource): string {
  const known = findKnownData(facts.trainedOn.images);
  return list(
    known
      ? [
          "The network and Radlite, which trained it: Apache-2.0. Code, recipe, sealed file and per-case evidence come with Radlite.",
          `The radiographs: ${known.licence}; they do not come with it.`,
          `Cite the radiographs: ${known.citation}.`,
          "Cite the network: Radlite, with the model, version and SHA-256 above.",
        ]
      : [
          "The network: not on record. Whoever trained it knows, and knows under which licence the radiographs are.",
          "Radlite, which it runs in: Apache-2.0.",
          "Cite the network: Radlite, with the model, version and SHA-256 above.",
        ],
  );
}
