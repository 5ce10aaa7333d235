/**
 * A batch of messages: each becomes a line under scores/, written once however often it comes. What is wrong with a
 * radiograph is its line; a message that is none, and one that could not be answered now (no model, no store), is
 * given back to the queue, which tries again and in the end lays it with its dead letters. The others of the batch
 * are done all the same.
 */
import { RadliteError } from "@radlite/model/errors";
import { judgePicture, lookOf, toClassifyAnswer } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import { recordScore, type Score, type ScoreName, scoreKey } from "@radlite/registry/commands";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { auditPrediction } from "./audit.ts";
import { prepareInput } from "./prepare-input.ts";
import { productionModel, toProductionAnswer } from "./production.ts";
import { addingStore } from "./registry.ts";
import { describeError } from "./respond.ts";
import {
  actorOf,
  nameFile,
  parseMessage,
  readRadiographOf,
  removeRadiographOf,
  type ScoreMessage,
} from "./score-message.ts";
import { takeTurns } from "./turns.ts";

/** One is read while the other is decoded. */
const takeTurn = takeTurns({ atOnce: 2, waiting: 10_000, patienceMs: 900_000 });

export async function scoreMessages({ Records }: SQSEvent, requestId: string): Promise<SQSBatchResponse> {
  const startedMs = performance.now();
  const given = await Promise.all(Records.map((record) => takeTurn(() => scoreOne(record))));
  const failures = Records.flatMap((record, at) => {
    const failure = given[at];
    if (failure === undefined) return [];
    console.error(describeGivenBack(failure, { requestId, messageId: record.messageId }));
    return [{ itemIdentifier: record.messageId }];
  });
  const ms = Math.round(performance.now() - startedMs);
  const line = { kind: "batch", requestId, messages: Records.length, givenBack: failures.length, ms };
  process.stdout.write(`${JSON.stringify(line)}\n`); // console would put the runtime's own words before it
  return { batchItemFailures: failures };
}

/** What is said of an object has its name in it; the log has the code. The message's id leads to it in the queue. */
function describeGivenBack(failure: unknown, ids: { requestId: string; messageId: string }): string {
  if (!(failure instanceof RadliteError)) return describeError(failure, ids.requestId);
  const { code, reason, cause } = failure;
  const because = cause instanceof Error ? cause.name : undefined;
  return JSON.stringify({ level: "error", ...ids, code, reason, cause: because });
}

/** @returns why it has to come again. */
async function scoreOne(record: SQSRecord): Promise<unknown> {
  try {
    const message = parseMessage(record.body);
    const name: ScoreName = {
      sentAt: new Date(Number(record.attributes.SentTimestamp)),
      job: message.job,
      message: record.messageId,
    };
    const store = await addingStore();
    const isAgain = Number(record.attributes.ApproximateReceiveCount) > 1;
    const isDone = isAgain && (await store.stat(scoreKey(name))) !== undefined;
    if (!isDone) await recordScore(store, name, await score(message, record.messageId));
    await removeRadiographOf(message);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** @throws what keeps it from being answered now. */
async function score(message: ScoreMessage, messageId: string): Promise<Score> {
  const startedMs = performance.now();
  const { requester, onOutside, onReview } = message;
  const file = nameFile(message);
  const served = await productionModel();
  let sha256: string | undefined;
  try {
    const image = await readRadiographOf(message);
    sha256 = digestOf(image);
    const { model, coldStart } = served;
    const prepared = await prepareInput(image, model.input, lookOf(model.gate));
    const decision = await judgePicture({ model, gate: model.gate }, prepared, { onOutside, onReview });
    const answer = toClassifyAnswer({
      ...{ production: toProductionAnswer(served), decision, coldStart },
      engine: model.engine.name,
      input: { sha256, ...prepared },
      totalMs: performance.now() - startedMs,
    });
    const audited = await auditPrediction(answer, { requestId: messageId, actor: actorOf(message) });
    return { file, sha256, answer: { ...answer, ...audited }, requester };
  } catch (error) {
    if (!(error instanceof RadliteError) || isOfTheStore(error)) throw error;
    const { code, reason, message, details } = error;
    const said = { code, ...(reason !== undefined && { reason }), message, ...details };
    return { file, ...(sha256 !== undefined && { sha256 }), error: said, requester };
  }
}

/**
 * What somebody can mend, who then has the messages again. A decoder that takes too long takes as long the next time;
 * a server that does not let the function in is behind its refusal.
 */
const isOfTheStore = ({ code, reason, cause }: RadliteError): boolean =>
  code === "REFUSED" ? cause !== undefined : code === "UNAVAILABLE" && reason !== "TIMEOUT";
