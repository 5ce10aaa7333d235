/** `radlite score s3://… --queue URL`: the function `score` of a deployment does it. */

import { sendToScore } from "@radlite/functions/executors/score-queue";
import { RadliteError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import { randomId } from "@radlite/registry/log";
import { localActor } from "../local-registry.ts";
import { startProgress } from "../progress.ts";
import { formatCount, print, printJson } from "../show/output.ts";
import { openSource } from "./source.ts";

export interface QueueOptions extends Pick<Asked, "onOutside" | "onReview"> {
  queue: string;
  json: boolean | undefined;
}

/** @throws BAD_INPUT for what does not lie on S3; NOT_FOUND where nothing lies; UNAVAILABLE for the queue. */
export async function askQueue(place: string, { queue, json, ...asked }: QueueOptions): Promise<void> {
  if (!place.startsWith("s3://")) {
    throw new RadliteError(
      "BAD_INPUT",
      `--queue asks about s3://BUCKET/PREFIX; ${place} is scored here, without it`,
    );
  }
  const source = await openSource(place);
  const files = await source.list([]);
  if (files.length === 0) throw new RadliteError("NOT_FOUND", `there is no file under ${place}`);
  const [, bucket = "", first = ""] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(files[0]!) ?? [];
  const stem = files[0]!.length - first.length;
  const job = randomId(Math.random).slice(0, 12);
  const progress = startProgress("files");
  const request = { queue, requester: localActor().name, job, ...asked };
  await sendToScore(request, { bucket, keys: files.map((file) => file.slice(stem)) }, (sent) =>
    progress.update(sent, files.length),
  ).finally(() => progress.stop());
  const results = `scores/${new Date().toISOString().slice(0, 10)}/${job}-`;
  if (json) printJson({ job, files: files.length, queue, results });
  else {
    print(`${formatCount(files.length)} files asked for, job ${job}`);
    print(`A line about each comes under ${results}* of the deployment's store`);
  }
}
