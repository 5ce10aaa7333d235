/**
 * The networks that a student learns from: sealed files, given as such or found by their name among the models
 * that come with the product. `residual-64` is a shipped model, `residual-64/parent` the float network before
 * its compression.
 */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { inferShapes, type Network, open } from "@radlite/model/format";
import { ARTIFACT_FILE, digestOf } from "@radlite/registry/bundle";
import { findRepositoryRoot } from "../recipes/index.ts";

export interface Teacher {
  /** The digest of its sealed file, 64 hex digits. */
  sha256: string;
  network: Network;
}

const SHIPPED = "registry/shipped";

/** Errors: NOT_FOUND (no such shipped model), BAD_ARTIFACT, BAD_INPUT (a network without a single logit). */
export async function loadTeachers(names: readonly string[]): Promise<Teacher[]> {
  return Promise.all(names.map(async (name) => openTeacher(await readShipped(name), name)));
}

/** `name` is what to call it in messages. Errors: BAD_ARTIFACT, BAD_INPUT (a network without a single logit). */
export function openTeacher(artifact: Uint8Array, name: string): Teacher {
  const { network } = open(artifact, name);
  const logits = inferShapes(network)
    .at(-1)!
    .reduce((product, side) => product * side, 1);
  if (logits !== 1) {
    throw new RadliteError(
      "BAD_INPUT",
      `Teacher ${name} answers with ${logits} numbers; a student learns from networks with a single logit.`,
    );
  }
  return { sha256: digestOf(artifact), network };
}

async function readShipped(name: string): Promise<Uint8Array> {
  const folder = join(findRepositoryRoot(), SHIPPED);
  try {
    return await readFile(join(folder, name, ARTIFACT_FILE));
  } catch (cause) {
    const models = readdirSync(folder).filter((entry) => existsSync(join(folder, entry, ARTIFACT_FILE)));
    const known = models.join(", ");
    throw new RadliteError(
      "NOT_FOUND",
      `There is no shipped model ${name} to learn from. Known: ${known}, and their float networks as NAME/parent; any other file is given with --teacher.`,
      { cause },
    );
  }
}
