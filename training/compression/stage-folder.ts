/**
 * What each finished stage of a compression gave, kept in a folder so that one that was stopped goes on after it:
 * `<n>.rlm`, the network to the bit, and `<n>.json`, the stages up to it. A file belongs to all that it depends
 * on (the model, images and recipe, and the stages so far), and counts for nothing else.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeNetwork, open } from "@radlite/model/format";
import { digestOf } from "@radlite/registry/bundle";
import type { StageRecipe } from "../recipes/index.ts";
import type { StagedNetwork } from "./chain.ts";
import type { FinishedStage } from "./stage.ts";

interface StageRecord {
  belongsTo: string;
  stages: FinishedStage[];
}

/** Of `identity` and the first `count` stages. */
function identify(identity: readonly string[], stages: readonly StageRecipe[], count: number): string {
  return digestOf(JSON.stringify([identity, stages.slice(0, count)]));
}

/** `identity`: digests of what the first stage starts from. */
export async function keepStage(
  folder: string,
  identity: readonly string[],
  recipes: readonly StageRecipe[],
  { network, stages }: StagedNetwork,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const count = stages.length;
  const record: StageRecord = { belongsTo: identify(identity, recipes, count), stages };
  await writeWhole(join(folder, `${count}.rlm`), encodeNetwork(network));
  await writeWhole(join(folder, `${count}.json`), JSON.stringify(record));
}

/** The most stages that are done already; `undefined` when there is none. */
export async function findKeptStage(
  folder: string,
  identity: readonly string[],
  recipes: readonly StageRecipe[],
): Promise<StagedNetwork | undefined> {
  for (let count = recipes.length; count > 0; count--) {
    const text = await readFile(join(folder, `${count}.json`), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const { belongsTo, stages } = JSON.parse(text) as StageRecord;
    if (belongsTo !== identify(identity, recipes, count)) continue;
    return { network: open(await readFile(join(folder, `${count}.rlm`))).network, stages };
  }
  return undefined;
}

async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.${process.pid}`, content);
  await rename(`${path}.${process.pid}`, path);
}
