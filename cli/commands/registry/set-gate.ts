/**
 * `radlite registry set-gate MODEL FILE`: puts a gate, as `radlite gate fit` writes it, before every version of a
 * model. What is being served takes it up within seconds.
 */
import { basename } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import type { Command } from "commander";
import { readNamedFile } from "../../files.ts";
import { localActor, openLocalRegistry, requireKnownModel } from "../../local-registry.ts";
import { print, printJson } from "../../show/output.ts";

interface SetGateOptions {
  reason?: string;
  json?: boolean;
}

export function addSetGate(registry: Command): void {
  registry
    .command("set-gate")
    .description("put a gate before every version of a model")
    .argument("<model>", "the model, such as chest-xray")
    .argument("<file>", "a gate (.rlg), as radlite gate fit writes it")
    .option("--reason <text>", "why; kept in the history (default: the name of the file)")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  radlite registry set-gate chest-xray gate.rlg --reason "fitted to our own films"',
    )
    .action(putGate);
}

async function putGate(model: string, file: string, { reason, json }: SetGateOptions): Promise<void> {
  const { openGate } = await import("@radlite/model/verdict/gate");
  const { setGate, uploadArtifact } = await import("@radlite/registry/commands");
  const { currentGate } = await import("@radlite/registry/log");
  const bytes = await readNamedFile(file);
  try {
    openGate(bytes); // before anything of it is stored
  } catch (cause) {
    throw new RadliteError("BAD_ARTIFACT", `${file}: ${(cause as Error).message}`, { cause });
  }
  const registry = await openLocalRegistry("write");
  requireKnownModel(registry.state, model);
  const before = currentGate(registry.state, model);
  const { gates } = await setGate(registry, {
    model,
    artifact: await uploadArtifact(registry.store, bytes),
    reason: reason ?? `set from ${basename(file)}`,
    actor: localActor(),
  });
  const gate = gates.at(-1)!;
  if (json) printJson({ model, gate });
  else if (gate.logNumber === before?.logNumber) print(`${model} stands behind this gate already`);
  else print(`${model} stands behind the gate ${gate.artifact}: ${gate.population}`);
}
