/**
 * The gates that come with the product, put before models that have none. One that somebody set stays, whatever
 * comes along with a later release.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf, GATES_FOLDER } from "@radlite/registry/bundle";
import { type Actor, currentGate, type HeldGate, type Registry } from "@radlite/registry/log";
import { uploadArtifact } from "./artifacts.ts";
import { setGate } from "./gates.ts";
import { restoreArtifact } from "./seed-artifacts.ts";

export interface SeededGate {
  model: string;
  gate: HeldGate;
  /** `restored`: its file was missing or damaged, and lies there again. */
  outcome: "set" | "restored";
}

/**
 * @returns undefined where nothing was to be done: no such model or no gate for it, or another one stands there.
 * @throws BAD_ARTIFACT for a file that is no gate.
 */
export async function seedGate(
  registry: Registry,
  { shippedFolder, model, actor }: { shippedFolder: string; model: string; actor: Actor },
): Promise<SeededGate | undefined> {
  const file = join(shippedFolder, GATES_FOLDER, `${model}.rlg`);
  const bytes = await readFile(file).catch(() => undefined);
  const known = registry.state.models.get(model);
  if (!bytes || !known) return undefined;
  const artifact = digestOf(bytes);
  const gate = known.gates.findLast((held) => held.artifact === artifact);
  if (gate) {
    const isRestored = await restoreArtifact(registry.store, artifact, file);
    return isRestored ? { model, gate, outcome: "restored" } : undefined;
  }
  if (currentGate(registry.state, model)) return undefined;
  await uploadArtifact(registry.store, bytes);
  const { gates } = await setGate(registry, {
    ...{ model, artifact, actor },
    reason: "comes with Radlite for the radiographs of this model, when the registry was seeded",
  });
  return { model, gate: gates.at(-1)!, outcome: "set" };
}
