/** Verdicts for people: a line a radiograph, and under them what judged them and how far that can be believed. */
import {
  type Decision,
  describePopulation,
  INTENDED_USE,
  listReviewReasons,
  NOTICE,
  type OperatingPoint,
  type ProductionAnswer,
} from "@radlite/model/verdict";
import { formatCount, formatShare, formatTable, showControls } from "./output.ts";

export interface VerdictRow extends Pick<Decision, "verdict" | "probability" | "review" | "applicability"> {
  file: string;
}

/** A file that has no verdict. */
export interface RefusedRow {
  file: string;
  error: { code: string; reason?: string | undefined };
}

export interface Judge extends Pick<ProductionAnswer, "performance" | "population"> {
  /** What it is called, and where it is. */
  title: string;
  bytes: number;
  sha256: string;
  operatingPoint: OperatingPoint;
  gate?: { sha256: string; bytes: number } | undefined;
}

/** Text of several lines: print it as a page. */
export function describeVerdicts(rows: readonly (VerdictRow | RefusedRow)[], judge: Judge): string {
  const { title, bytes, sha256, operatingPoint, performance = {}, gate, population } = judge;
  const isRefused = rows.some((row) => "error" in row);
  const hasWhy = isRefused || rows.some((row) => "review" in row && row.review.length > 0);
  const cells = rows.map((row) => (hasWhy ? listCells(row) : listCells(row).slice(0, -1)));
  const why = isRefused ? "why" : "a person should look, since";
  const headings = ["file", "verdict", "probability", ...(hasWhy ? [why] : [])];
  const { threshold, rule, sensitivity, specificity } = operatingPoint;
  const tests = Object.entries(performance).map(
    ([set, { n, sensitivity, specificity }]) =>
      `on ${formatCount(n)} ${showControls(set)} cases ${formatShare(sensitivity)} and ${formatShare(specificity)}`,
  );
  return `${formatTable([headings, ...cells])}

${showControls(title)}, ${formatCount(bytes)} bytes, sha256 ${showControls(sha256)}
PNEUMONIA at a probability of ${threshold.toFixed(3)} or more (${showControls(rule)}); on validation cases that finds
${formatShare(sensitivity)} of pneumonias and spares ${formatShare(specificity)} of normals${tests
    .map((test) => `,\n${test}`)
    .join("")}
${describeBand(operatingPoint)}${gate ? `gate of ${gate.bytes} bytes, sha256 ${showControls(gate.sha256)}\n` : ""}${showControls(describePopulation(population))}
${INTENDED_USE}
${NOTICE}`;
}

function listCells(
  row: VerdictRow | RefusedRow,
): [file: string, verdict: string, probability: string, why: string] {
  if (!("error" in row))
    return [row.file, row.verdict, row.probability.toFixed(3), listReviewReasons(row).join("; ")];
  const { code, reason } = row.error;
  return [row.file, code === "BAD_INPUT" ? "refused" : "not read", "", reason ?? code];
}

/** A line, or nothing where no band is sealed. */
function describeBand({ reviewBand, coverage }: OperatingPoint): string {
  if (!reviewBand || coverage === undefined) return "";
  const [low, high] = reviewBand;
  return `between ${low.toFixed(3)} and ${high.toFixed(3)} a person should look: 1 in ${Math.round(1 / (1 - coverage))} of validation cases\n`;
}
