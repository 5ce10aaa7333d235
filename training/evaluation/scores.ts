/**
 * Per-case scores as CSV (RFC 4180, line feeds), for whoever wants to compute something else from them.
 */
import type { EvaluatedImages } from "./run.ts";

const COLUMNS = ["sha256", "file", "label", "probability"] as const;

/** One line a case after the header; probabilities in full precision. */
export function formatScores({ evaluation, images }: Pick<EvaluatedImages, "evaluation" | "images">): string {
  const lines = evaluation.cases.map(({ sha256, label, probability }, at) =>
    [sha256, images[at]!.file, label, probability].map((value) => quote(String(value))).join(","),
  );
  return `${[COLUMNS.join(","), ...lines].join("\n")}\n`;
}

function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
