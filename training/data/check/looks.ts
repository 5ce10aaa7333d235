/** Groups of pictures that were taken alike, in words and a table: what their look alone foretells. */
import type { LookGroup } from "../groups/find.ts";
import type { SetCheck } from "./check.ts";
import { nameSet, type Table } from "./report.ts";

/** The AUC from which a look is called a shortcut, as a trait is (shortcuts.ts). */
const SHORTCUT_AUC = 0.8;

/** A sentence on the whole, then one on each group whose share of PNEUMONIA is far from the others'. */
export function describeLooks(set: SetCheck): string[] {
  if (!set.looks) return [];
  const { auc, groups } = set.looks;
  const telling = groups.filter(({ isTelling }) => isTelling);
  const whole = `${nameSet(set)}: how a picture was taken, without a look at the lungs, ranks the classes at ${auc.value.toFixed(2)} (${auc.low.toFixed(2)} to ${auc.high.toFixed(2)})`;
  if (telling.length === 0) return [`${whole}; no group of like pictures foretells its class.`];
  const ending = auc.low >= SHORTCUT_AUC ? ": a network may learn the machine in place of the disease" : "";
  return [
    `${whole}${ending}.`,
    ...telling.map(
      ({ group, images, share, rest }) =>
        `  ${count(images)} pictures with one look are PNEUMONIA at ${percent(share.value)}; the rest at ${percent(rest.value)} (group ${group})`,
    ),
  ];
}

/** A row a group; the first row headings. Empty where no groups were made. */
export function tabulateLooks({ looks }: SetCheck): Table {
  if (!looks) return [];
  return [
    [
      "group",
      "NORMAL",
      "PNEUMONIA",
      "share (95%)",
      "the rest",
      "what sets it apart, in deviations",
      "most typical file",
    ],
    ...looks.groups.map(({ group, images, share, rest, apart, files }) => [
      `${group}`,
      ...images.map((value) => value.toLocaleString("en")),
      `${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`,
      percent(rest.value),
      apart.map(describeDeviation).join(", "),
      files[0]!,
    ]),
  ];
}

const describeDeviation = ({ name, deviations }: LookGroup["apart"][number]): string =>
  `${deviations < 0 ? "\u2212" : "+"}${Math.abs(deviations).toFixed(1)} ${name}`;

const count = ([normal, pneumonia]: LookGroup["images"]): string => (normal + pneumonia).toLocaleString("en");

const percent = (share: number): string => `${(100 * share).toFixed(share > 0.99 || share < 0.01 ? 1 : 0)}%`;
