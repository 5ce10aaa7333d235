/**
 * How far a chain of stages is, kept in a folder so that one that was stopped goes on there: `<n>.rlm`, the network
 * after stage n to the bit, `<n>.json`, the stages up to it, and `<n>.progress`, where stage n was when it was last
 * kept. A file belongs to all that it depends on (the model, images and recipe, and the stages so far), and counts for
 * nothing else.
 */
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { encodeNetwork, open } from "@radlite/model/format";
import { digestOf, replaceFile } from "@radlite/registry/bundle";
import { readCheckpoint, writeCheckpoint } from "../fit/checkpoint.ts";
import type { StageRecipe } from "../recipes/index.ts";
import type { FinishedStage, StagedNetwork } from "./stage.ts";
import type { StageProgress } from "./stage-progress.ts";

export interface StageFolder {
  /** What the most stages that are done already gave; absent when there is none. */
  done?: StagedNetwork;
  /** The progress of the stage after the first `count`. */
  openProgress(count: number): Promise<StageProgress>;
  /** A finished stage takes the place of its progress. */
  keep(reached: StagedNetwork): Promise<void>;
}

interface StageRecord {
  belongsTo: string;
  stages: FinishedStage[];
}

/** `identity`: digests of what the first stage starts from. Errors: those of reading and writing. */
export async function openStageFolder(
  folder: string,
  identity: readonly string[],
  recipes: readonly StageRecipe[],
): Promise<StageFolder> {
  const identify = (count: number) => digestOf(JSON.stringify([identity, recipes.slice(0, count)]));
  const pathOf = (count: number, kind: "rlm" | "json" | "progress") => join(folder, `${count}.${kind}`);

  const findDone = async (): Promise<StagedNetwork | undefined> => {
    for (let count = recipes.length; count > 0; count--) {
      const text = await readFile(pathOf(count, "json"), "utf8").catch(() => undefined);
      if (text === undefined) continue;
      const { belongsTo, stages } = JSON.parse(text) as StageRecord;
      if (belongsTo !== identify(count)) continue;
      return { network: open(await readFile(pathOf(count, "rlm"))).network, stages };
    }
    return undefined;
  };

  const done = await findDone();
  return {
    ...(done ? { done } : {}),
    async openProgress(count) {
      const path = pathOf(count + 1, "progress");
      const belongsTo = identify(count + 1);
      const saved = await readCheckpoint(path, belongsTo).catch((error) => {
        if (error instanceof RadliteError && error.code === "CONFLICT") return undefined; // of another recipe
        throw error;
      });
      return { saved, keep: (state) => writeCheckpoint(path, belongsTo, state) };
    },
    async keep({ network, stages }) {
      const count = stages.length;
      await mkdir(folder, { recursive: true });
      await replaceFile(pathOf(count, "rlm"), encodeNetwork(network));
      const record: StageRecord = { belongsTo: identify(count), stages };
      await replaceFile(pathOf(count, "json"), JSON.stringify(record));
      await rm(pathOf(count, "progress"), { force: true });
    },
  };
}
