/**
 * `radlite registry set-gate MODEL FILE`: puts a gate, as `radlite gate fit` writes it, before every version of a
 * model. What is being served takes it up within seconds.
 */
import { basename } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { type Client, graphql } from "@radlite/registry/client";
import type { HeldGate } from "@radlite/registry/log";
import type { Command } from "commander";
import { readNamedFile } from "../../files.ts";
import { localActor, openLocalRegistry, requireKnownModel } from "../../local-registry.ts";
import type { RemoteGate } from "../../remote/history.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson } from "../../show/output.ts";

const SET_GATE = graphql("mutation ($input: SetGateInput!) { setGate(input: $input) { name } }");

interface SetGateOptions {
  reason?: string;
  server?: string;
  json?: boolean;
}

export function addSetGate(registry: Command): void {
  registry
    .command("set-gate")
    .description("put a gate before every version of a model")
    .argument("<model>", "the model, such as chest-xray")
    .argument("<file>", "a gate (.rlg), as radlite gate fit writes it")
    .option("--reason <text>", "why; kept in the history (default: the name of the file)")
    .addOption(serverOption("set it there"))
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  radlite registry set-gate chest-xray gate.rlg --reason "fitted to our own films"',
    )
    .action(putGate);
}

async function putGate(model: string, file: string, { reason, server, json }: SetGateOptions): Promise<void> {
  const { openGate } = await import("@radlite/model/verdict/gate");
  const bytes = await readNamedFile(file);
  try {
    openGate(bytes); // before anything of it is stored
  } catch (cause) {
    throw new RadliteError("BAD_ARTIFACT", `${file}: ${(cause as Error).message}`, { cause });
  }
  const set = server === undefined ? setHere : setThere(openRemote(server));
  const { gate, wasThere } = await set(model, bytes, reason ?? `set from ${basename(file)}`);
  if (json) printJson({ model, gate });
  else if (wasThere) print(`${model} stands behind this gate already`);
  else print(`${model} stands behind the gate ${gate.artifact}: ${gate.population}`);
}

interface SetGate {
  gate: HeldGate | RemoteGate;
  wasThere: boolean;
}

async function setHere(model: string, bytes: Uint8Array, reason: string): Promise<SetGate> {
  const { setGate, uploadArtifact } = await import("@radlite/registry/commands");
  const { currentGate } = await import("@radlite/registry/log");
  const registry = await openLocalRegistry("write");
  requireKnownModel(registry.state, model);
  const before = currentGate(registry.state, model);
  const artifact = await uploadArtifact(registry.store, bytes);
  const { gates } = await setGate(registry, { model, artifact, reason, actor: localActor() });
  const gate = gates.at(-1)!;
  return { gate, wasThere: gate.logNumber === before?.logNumber };
}

const setThere =
  (remote: Client) =>
  async (model: string, bytes: Uint8Array, reason: string): Promise<SetGate> => {
    const { digestOf } = await import("@radlite/registry/bundle");
    const { listGatesAt } = await import("../../remote/history.ts");
    const { upload } = await import("../../remote/upload.ts");
    const artifact = digestOf(bytes);
    const before = await listGatesAt(remote, model);
    await upload(remote, bytes, { sha256: artifact, purpose: "ARTIFACT" });
    await remote.ask(SET_GATE, { input: { model, artifact, reason } });
    const gates = await listGatesAt(remote, model);
    return { gate: gates.at(-1)!, wasThere: gates.length === before.length };
  };
