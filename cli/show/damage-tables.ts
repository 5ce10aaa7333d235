/** A damage report in words and tables, for terminals and for Markdown. */
import type { Damage, JudgedSide } from "@radlite/registry/commands";
import { formatMarkdownTable, formatShare, formatTable, showControls } from "./output.ts";

/** With the names of the radiographs' files, where these are known. */
export interface NamedDamage extends Omit<Damage, "flips"> {
  flips: (Damage["flips"][number] & { file?: string })[];
}

export interface DamageTitles {
  child: string;
  parent: string;
}

type Rows = string[][];

/** What every form of the report says, in the same order. */
export interface DamageTables {
  title: string;
  summary: string[];
  figures: Rows;
  groups: Rows;
  /** The headings alone where no verdict flipped. */
  flips: Rows;
}

export function tabulateDamage(damage: NamedDamage, { child, parent }: DamageTitles): DamageTables {
  const { n, set, flips, accuracyTest, shift } = damage;
  const { onlyFirst, onlySecond, pValue } = accuracyTest;
  return {
    title: showControls(`${child} against ${parent}`),
    summary: [
      `${flips.length} of ${n} verdicts on ${set} flipped: ${onlyFirst} became wrong, ${onlySecond} became right; McNemar's exact p ${formatP(pValue)}`,
      `probability of PNEUMONIA moved by ${shift.meanAbsolute.toFixed(4)} on average (${signed(shift.mean)} in all), ${shift.largest.toFixed(4)} at most`,
    ],
    figures: [
      ["", "accuracy", "sensitivity", "specificity", "AUC", "calibration error", "temperature", "threshold"],
      describeSide("parent", damage.parent),
      describeSide("child", damage.child),
    ],
    groups: [
      ["group", "cases", "right before", "right after", "became wrong", "became right", "p", "mean shift"],
      ...damage.groups.map(({ group, pValue: p, meanShift, ...counts }) => [
        group,
        ...[counts.n, counts.rightBefore, counts.rightAfter, counts.becameWrong, counts.becameRight].map(
          String,
        ),
        ...[formatP(p), signed(meanShift)],
      ]),
    ],
    flips: [
      ["radiograph", "group", "became", "before", "after"],
      ...flips.map(({ file, sha256, group, became, before, after }) => [
        ...[file ?? sha256.slice(0, 16), group, became, before.toFixed(4), after.toFixed(4)],
      ]),
    ],
  };
}

export function formatDamage(damage: NamedDamage, titles: DamageTitles): string {
  const { title, summary, figures, groups, flips } = tabulateDamage(damage, titles);
  const parts = [
    title,
    summary.join("\n"),
    formatTable(figures),
    formatTable(groups),
    ...(flips.length > 1 ? [formatTable(flips)] : []),
  ];
  return parts.join("\n\n");
}

export function formatDamageMarkdown(damage: NamedDamage, titles: DamageTitles): string {
  const { title, summary, figures, groups, flips } = tabulateDamage(damage, titles);
  const section = (name: string, rows: Rows) => `## ${name}\n\n${formatMarkdownTable(rows)}`;
  return [
    `# ${title}`,
    summary.map((line) => `- ${line}`).join("\n"),
    section("Figures", figures),
    section("Subgroups", groups),
    ...(flips.length > 1 ? [section("Verdicts that flipped", flips)] : []),
  ].join("\n\n");
}

function describeSide(name: string, { metrics, temperature, threshold }: JudgedSide): string[] {
  const { accuracy, sensitivity, specificity, auc, ece } = metrics;
  return [
    ...[name, formatShare(accuracy), formatShare(sensitivity), formatShare(specificity)],
    `${auc.value.toFixed(4)} (${auc.low.toFixed(4)} to ${auc.high.toFixed(4)})`,
    ...[ece.toFixed(4), temperature.toFixed(3), threshold.toFixed(3)],
  ];
}

function formatP(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(4)}`;
}
