/** What stands before it, what it stands, and what making it smaller cost. */
import type { Rates, RobustnessReport } from "@radlite/registry/bundle";
import type { CardSource } from "../card-source.ts";
import { code, count, foreign, list, percent, table } from "../markdown.ts";

export function describeGate({ model }: CardSource): string {
  const gate = model.gates.at(-1);
  if (!gate)
    return "The registry holds no gate for this model: pictures of any kind get a verdict. The gate that comes with Radlite, and what it refuses, stands in `docs/trust.md`.";
  return [
    "Before a network looks, a gate tells pictures of its kind from others. It is fitted once for a data set and stands before every version of the model: what is outside is refused, and a picture that is hardly inside goes to a person.",
    list([
      `Gate ${code(gate.artifact)} (SHA-256), ${count(gate.sizeBytes)} bytes`,
      `Fitted to radiographs of: ${foreign(gate.population)}`,
    ]),
    `What it refuses, by kind of picture, is no part of the registry. Table: \`docs/trust.md\` for the gate that comes with Radlite; command: ${code("npx radlite gate report GATE.rlg --inside DIR --outside DIR --markdown")}.`,
  ].join("\n\n");
}

export function describeRobustness({ sets, version, robustness }: CardSource): string {
  const changed = sets.filter(({ changes }) => changes.length > 0);
  const command = `npx radlite robustness ${version.id} --data DIR --register`;
  return [
    robustness
      ? tabulateRobustness(robustness)
      : `How many verdicts turn when the same radiographs come another way: not measured, command: ${code(command)}.`,
    ...changed.flatMap(({ set, changes }) => [
      `${code(set.name)}, by change:`,
      table([
        ["change", ...RATES],
        ...changes.map(({ name, ...rates }) => [foreign(name), ...showRates(rates)]),
      ]),
    ]),
    ...(changed.length > 0
      ? []
      : [
          `No set of changed radiographs, command: ${code(`npx radlite evaluate ${version.id} --data DIR --stress --register`)}.`,
        ]),
  ].join("\n\n");
}

function tabulateRobustness({ n, images, untouched, changes }: RobustnessReport): string {
  return [
    `${count(n)} radiographs, images ${code(images)}, each changed and held against itself as it is; p is McNemar's, exact and two-sided. What is refused after a change has no verdict and is left out of its line.`,
    table([
      ["change", "verdicts", "became NORMAL", "became PNEUMONIA", "p"].concat(RATES, "refused"),
      ["as they are", count(n), "", "", "", ...showRates(untouched), ""],
      ...changes.map(({ change, n: read, toNormal, toPneumonia, paired, refused, ...rates }) => [
        ...[foreign(change), count(read), count(toNormal), count(toPneumonia), formatP(paired.pValue)],
        ...[...showRates(rates), refused === 0 ? "" : count(refused)],
      ]),
    ]),
  ].join("\n\n");
}

const RATES = ["accuracy", "sensitivity", "specificity"];

const showRates = ({ accuracy, sensitivity, specificity }: Rates): string[] => [
  ...[percent(accuracy), percent(sensitivity), percent(specificity)],
];

export function describeDamage({ version, parent, sets }: CardSource): string {
  if (version.parent === undefined) return "It was compressed from no other version.";
  if (!parent)
    return `Its parent ${code(version.parent)} is not registered here, so there is nothing to hold it against.`;
  const smaller = `${count(version.sizeBytes)} bytes after ${count(parent.sizeBytes)} of ${code(parent.id)}`;
  const compared = sets.flatMap(({ set, damage }) => (damage ? [{ set, damage }] : []));
  if (compared.length === 0)
    return `${smaller}. The two were not evaluated on the same images under the same labels.`;
  return [
    `${smaller}. A verdict flipped where one of the two was right and the other wrong; p is McNemar's, exact and two-sided.`,
    table([
      ["set", "cases", "flipped", "became wrong", "became right", "p", "mean shift of the probability"],
      ...compared.map(({ set, damage: { n, flips, accuracyTest, shift } }) => [
        ...[code(set.name), ...[n, flips.length, accuracyTest.onlyFirst, accuracyTest.onlySecond].map(count)],
        ...[formatP(accuracyTest.pValue), shift.meanAbsolute.toFixed(4)],
      ]),
    ]),
    table([
      ["set", "group", "cases", "right before", "right after", "p"],
      ...compared.flatMap(({ set, damage: { groups } }) =>
        groups.map(({ group, n, rightBefore, rightAfter, pValue }) => [
          ...[code(set.name), foreign(group), ...[n, rightBefore, rightAfter].map(count), formatP(pValue)],
        ]),
      ),
    ]),
  ].join("\n\n");
}

const formatP = (p: number): string => (p < 0.001 ? p.toExponential(1) : p.toFixed(3));

export const describeLooks = ({ version: { tags } }: CardSource): string =>
  Object.hasOwn(tags, "testLooks")
    ? `${foreign(tags.testLooks!)}: how often figures of its test set were known before it was final (the tag \`testLooks\`, by whoever registered it). A figure that was seen more often is the more flattering.`
    : "Not on record: nobody has counted how often figures of its test set were known before it was final (the tag `testLooks`).";
