/** The part of an evaluation's page that says what is answered, and how well: by sureness, by band and by gate. */
import type { Estimate } from "@radlite/model/statistics";
import type { AnsweredFigures } from "./answered.ts";
import { formatPercent, round } from "./figures.ts";
import type { EvaluationReport } from "./report.ts";

/** Lines, an empty one before each paragraph. */
export function formatAbstention({ n, abstention, review, gate }: EvaluationReport): string[] {
  const lines: string[] = [];
  if (abstention) {
    lines.push("", "the surest cases alone");
    for (const { coverage, n: answered, error } of abstention) {
      const share = `${round(100 * coverage, 1)}%`.padStart(6);
      lines.push(`${share} ${String(answered).padStart(6)}  error ${formatPercent(error)}`);
    }
  }
  if (review) {
    const [low, high] = review.band.map((end) => round(end, 3));
    const promise = `${round(100 * review.coverage, 1)}% promised`;
    lines.push("", `review between ${low} and ${high}, ${promise}`);
    lines.push(...formatAnswered("answered", review.answered));
  }
  if (gate) {
    lines.push("", `gate ${gate.sha256.slice(0, 12)}, ${gate.bytes} bytes`);
    lines.push(`  refused    ${formatShare(gate.refused, n)}`, `  to review  ${formatShare(gate.review, n)}`);
    lines.push(...formatAnswered("passed", gate.answered));
    if (gate.answeredOutsideBand) lines.push(...formatAnswered("and sure", gate.answeredOutsideBand));
  }
  return lines;
}

function formatAnswered(
  name: string,
  { n, share, error, sensitivity, specificity }: AnsweredFigures,
): string[] {
  const rate = (what: string, figure: Estimate | null) =>
    figure === null ? [] : [`${" ".repeat(13)}${what.padEnd(12)} ${formatPercent(figure)}`];
  return [
    `  ${name.padEnd(10)} ${n}, ${formatPercent(share)}`,
    ...rate("error", error),
    ...rate("sensitivity", sensitivity),
    ...rate("specificity", specificity),
  ];
}

const formatShare = (share: Estimate, n: number): string =>
  `${Math.round(share.value * n)}, ${formatPercent(share)}`;
