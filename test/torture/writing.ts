/**
 * One writer: asks for one thing after the other, each with a key of its own, until it was told as often as it should
 * be. What it does not hear the answer to it asks for again, with its key, also after it was killed in between.
 */
import { setTimeout as delay } from "node:timers/promises";
import { RadliteError } from "@radlite/model/errors";
import type { Registry } from "@radlite/registry/log";
import { createNumbers } from "../model/networks.ts";
import { openJournal } from "./journal.ts";
import { actorOf, ask, chooseRequest, keyOf } from "./requests.ts";

export interface WritingOptions {
  registry: Registry;
  /** Folder of the journals. */
  journals: string;
  /** From 1. */
  writer: number;
  /** Answers that it is to have in all. */
  quota: number;
  seed: number;
  /** What a registry that cannot be written says for now. */
  isPassing?: (error: RadliteError) => boolean;
  onAnswer(answered: number): void;
  onFailure?(error: RadliteError): void;
  /** Aborted: it ends after the request at hand, answered or not. */
  signal?: AbortSignal;
}

const LONGEST_WAIT_MS = 200;
/** Of one request. A store that fails so often in a row fails for another reason than the faults here. */
const MOST_TRIES = 200;

export async function write(options: WritingOptions): Promise<void> {
  const { registry, journals, writer, quota, seed, onAnswer, signal } = options;
  const journal = await openJournal(journals, writer);
  try {
    const { requests } = journal;
    let answered = requests.filter(({ told }) => told !== undefined).length;
    onAnswer(answered);
    let asked = requests.find(({ told }) => told === undefined)?.asked;
    while (answered < quota && !signal?.aborted) {
      if (asked === undefined) {
        asked = choose(registry, seed, writer, answered);
        await journal.write({ asked });
      }
      const origin = { actor: actorOf(writer), idempotencyKey: keyOf(writer, answered) };
      const told = await insist(() => ask(registry, asked!, origin), options);
      if (told === undefined) return;
      answered++;
      asked = answered < quota ? choose(registry, seed, writer, answered) : undefined;
      await journal.write({ told }, ...(asked ? [{ asked }] : []));
      onAnswer(answered);
    }
  } finally {
    await journal.close();
  }
}

const choose = ({ state }: Registry, seed: number, writer: number, at: number) =>
  chooseRequest(createNumbers((Math.imul(seed, 0x9e3779b1) ^ (writer * 65_537 + at)) | 0), state, writer, at);

/** @returns undefined when it was told to stop before there was an answer. @throws what is no passing fault. */
async function insist<T>(call: () => Promise<T>, options: WritingOptions): Promise<T | undefined> {
  const { isPassing = (error) => error.code === "UNAVAILABLE", onFailure, signal } = options;
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RadliteError)) throw error;
      onFailure?.(error);
      if (signal?.aborted) return undefined;
      if (!isPassing(error) || tries >= MOST_TRIES) throw error;
      await delay(Math.random() * LONGEST_WAIT_MS);
    }
  }
}
