/** How far a recipe that was trained again landed from the model that it came with. */
import type { Reproduction } from "@radlite/training/reproduce";
import { formatCount, formatShare, formatTable } from "./show/output.ts";

export function formatReproduction({ model, seed, first, second, ...rest }: Reproduction): string {
  const { isSame, sets, notCompared } = rest;
  const rows = Object.entries(sets).map(([set, { n, mcnemar, ...figures }]) => [
    set,
    formatCount(n),
    ...[figures.first, figures.second].map(({ accuracy }) => formatShare(accuracy)),
    ...[figures.first, figures.second].map(({ auc }) => auc.value.toFixed(3)),
    ...[mcnemar.onlyFirst, mcnemar.onlySecond].map(formatCount),
    mcnemar.pValue.toFixed(3),
  ]);
  const heading = [
    ...["set", "radiographs", "accuracy", "accuracy again", "AUC", "AUC again"],
    ...["only it right", "only again right", "McNemar's p"],
  ];
  const others = Object.entries(notCompared).map(([set, why]) => `${set} is not compared: ${why}`);
  return [
    `${model}: ${formatCount(first.bytes)} bytes, sha256 ${first.sha256}`,
    `again: ${formatCount(second.bytes)} bytes, sha256 ${second.sha256}, seed ${seed}`,
    isSame
      ? "the same file, to the bit"
      : `another file${first.backend === second.backend ? "" : `, trained by ${second.backend} where it was ${first.backend}`}`,
    ...(rows.length > 0 ? ["", formatTable([heading, ...rows])] : []),
    ...others,
  ].join("\n");
}
