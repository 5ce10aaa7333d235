/** `radlite replay ANSWER.json FILE`: whether an answer that was kept comes out again; exit code 1 when it does not. */
import type { Command } from "commander";
import { FAILED } from "../failure.ts";
import { readNamedFile, readNamedRadiograph } from "../files.ts";
import { openLocalStore } from "../local-registry.ts";
import { formatTable, print, printJson, printPage } from "../show/output.ts";

/** Of an answer with the picture that explains it. */
const ANSWER_BYTES = 2 ** 20;

export function addReplay(program: Command): void {
  program
    .command("replay")
    .description("compute an answer again, by the model and the gate that it names, and say what differs")
    .argument(
      "<answer.json>",
      "as /classify, radlite classify --json, a line of radlite score or of the audit has it",
    )
    .argument("<file>", "the radiograph that it is about")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Model and gate come from the registry at RADLITE_STORE, by their digests. Numbers are equal to 1e-6.

Exit codes: 0 the answer comes out again, 1 it differs, or cannot be computed.

Example:
  radlite replay answer.json chest.jpeg`,
    )
    .action(compute);
}

async function compute(answerFile: string, file: string, { json }: { json?: boolean }): Promise<void> {
  const { replay } = await import("../replaying.ts");
  const { readAnswer } = await import("@radlite/registry/commands");
  const text = new TextDecoder().decode(await readNamedFile(answerFile, ANSWER_BYTES));
  const kept = readAnswer(text, answerFile);
  const radiograph = await readNamedRadiograph(file);
  const differences = await replay(await openLocalStore("read"), kept, radiograph);
  if (differences.length > 0) process.exitCode = FAILED;
  const { model, gate, input, verdict, probability } = kept;
  if (json) {
    printJson({ model: model.sha256, gate, input: input.sha256, verdict, probability, differences });
  } else if (differences.length === 0) {
    print(`${verdict} with a probability of ${probability} comes out again`);
  } else {
    const rows = differences.map(({ what, kept, now }) => [what, String(kept), String(now)]);
    printPage(formatTable([["", "kept", "now"], ...rows]));
  }
}
