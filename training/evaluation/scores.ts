/** Per-case scores as CSV, for whoever wants to compute something else from them. */
import { formatCsv } from "./csv.ts";
import type { EvaluatedImages } from "./run.ts";

const COLUMNS = ["sha256", "file", "label", "probability"] as const;

/** One line a case after the header; probabilities in full precision. */
export function formatScores({ evaluation, images }: Pick<EvaluatedImages, "evaluation" | "images">): string {
  const lines = evaluation.cases.map(({ sha256, label, probability }, at) =>
    [sha256, images[at]!.file, label, probability].map(String),
  );
  return formatCsv([COLUMNS, ...lines]);
}
