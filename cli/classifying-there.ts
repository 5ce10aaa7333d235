/** Verdicts of the production model of a server. What the server says of whoever asks, and of itself, ends it. */
import { RadliteError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import type { ServedAnswer } from "@radlite/registry/client";
import { describeFailure } from "./failure.ts";
import { readNamedRadiograph } from "./files.ts";
import { openRemote } from "./remote.ts";
import { printJson, printPage, warn } from "./show/output.ts";

type Result = { file: string } & (
  | ServedAnswer
  | { error: { code: string; reason?: string | undefined; message: string } }
);

/** Of one file, and no fault of the server or of the key. */
const OF_THE_FILE = ["BAD_INPUT", "NOT_FOUND"];

/** By a server of a release that knew no gate. */
const UNSAID = { review: [], applicability: { status: "UNKNOWN" } } satisfies Partial<ServedAnswer>;

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
  const said = results.map((result) => ("error" in result ? result : { ...UNSAID, ...result }));
  const last = said.flatMap((result) => ("error" in result ? [] : [result])).at(-1);
  if (json) printJson({ server: remote.url, results });
  else if (last) {
    const { describeVerdicts } = await import("./show/verdict-page.ts");
    const { operatingPoint, performance, applicability, population, model } = last;
    const title = `${model.name} version ${model.version}, at ${remote.url}`;
    const { bytes, sha256 } = model;
    printPage(
      describeVerdicts(said, {
        ...{ title, bytes, sha256, operatingPoint, performance, population },
        gate: applicability.gate,
      }),
    );
  }
  return results;
}
