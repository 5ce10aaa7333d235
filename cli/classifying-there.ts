/** Verdicts of the production model of a server. What the server says of whoever asks, and of itself, ends it. */
import { RadliteError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import { describeFailure } from "./failure.ts";
import { readNamedRadiograph } from "./files.ts";
import { openRemote, type ServedAnswer } from "./remote.ts";
import { formatCount, formatTable, printJson, printPage, showControls, warn } from "./show/output.ts";

type Result = { file: string } & (
  | ServedAnswer
  | { error: { code: string; reason?: string | undefined; message: string } }
);

/** Of one file, and no fault of the server or of the key. */
const OF_THE_FILE = ["BAD_INPUT", "NOT_FOUND"];

export interface ServerOptions {
  server: string;
  asked: Asked;
  json: boolean | undefined;
}

/** @returns the result of each file, printed already. @throws UNAUTHENTICATED, REFUSED or UNAVAILABLE. */
export async function classifyThere(
  files: readonly string[],
  { server, asked, json }: ServerOptions,
): Promise<Result[]> {
  const remote = openRemote(server);
  const results: Result[] = [];
  for (const file of files) {
    try {
      results.push({ file, ...(await remote.classify(await readNamedRadiograph(file), asked)) });
    } catch (error) {
      if (!(error instanceof RadliteError) || !OF_THE_FILE.includes(error.code)) throw error;
      const { code, reason, message, details } = error;
      results.push({ file, error: { code, reason, message, ...details } });
      warn(`${file}: ${describeFailure(error)}`);
    }
  }
  const answered = results.flatMap((result) => ("error" in result ? [] : [result]));
  const last = answered.at(-1);
  if (json) printJson({ server: remote.url, results });
  else if (last) {
    const { describePopulation, REVIEW_IN_WORDS } = await import("@radlite/model/verdict");
    const rows = answered.map(({ file, verdict, probability, review = [] }) => [
      ...[file, verdict, probability.toFixed(3)],
      review.map((reason) => showControls(REVIEW_IN_WORDS[reason] ?? reason)).join("; "),
    ]);
    const headings = ["file", "verdict", "probability", "a person should look, since"];
    const columns = rows.some((row) => row[3] !== "") ? 4 : 3;
    const { name, version, bytes, sha256 } = last.model;
    printPage(`${formatTable([headings, ...rows].map((row) => row.slice(0, columns)))}

${showControls(name)} version ${version}, ${formatCount(bytes)} bytes, sha256 ${sha256}, at ${remote.url}
${showControls(describePopulation(last.population))}
${showControls(last.notice)}`);
  }
  return results;
}
