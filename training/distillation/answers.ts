/**
 * What teachers say of the batches that a student sees: the mean of their logits on the same augmented views. A
 * teacher of another input size gets views of its own, made at that size from the same seed, so turned, shifted
 * and darkened alike; where the recipe says `sees: plain`, views that are not changed at all. An epoch's answers are kept in the cache under all that they follow from.
 */
import { hashParts, readEntry, writeEntry } from "../data/index.ts";
import type { Batch } from "../fit/batches.ts";
import { computeLogits } from "../fit/validate.ts";
import { thawNetwork } from "../freeze/thaw.ts";
import type { Teacher } from "./teachers.ts";

/** A teacher and the batches as it sees them. */
export interface Seat {
  teacher: Teacher;
  batch(epoch: number, step: number): Promise<Batch>;
}

/** Mean logits, [batch]. */
export type Answers = (epoch: number, step: number) => Promise<Float32Array>;

/** Asks every time. */
export function askTeachers(seats: readonly Seat[]): Answers {
  const thawed = seats.map(({ teacher, batch }) => ({ ...thawNetwork(teacher.network), batch }));
  return async (epoch, step) => {
    const sums: Float64Array[] = [];
    for (const { graph, values, batch } of thawed) {
      sums.push(Float64Array.from(computeLogits(graph, values, await batch(epoch, step))));
    }
    return Float32Array.from(sums[0]!, (_, at) => sums.reduce((sum, own) => sum + own[at]!, 0) / sums.length);
  };
}

/**
 * The same answers, each epoch's read from `folder` where they are and written there once its last step was
 * asked for. `identity`: all that they follow from, in a JSON-able form.
 */
export function rememberAnswers(
  ask: Answers,
  { folder, identity, stepsPerEpoch }: { folder: string; identity: unknown; stepsPerEpoch: number },
): Answers {
  let current: { epoch: number; key: string; known: (Float32Array | undefined)[] } | undefined;

  return async (epoch, step) => {
    if (current?.epoch !== epoch) {
      const key = hashParts({ identity, epoch });
      const entry = await readEntry(folder, key);
      current = { epoch, key, known: entry ? unpackAnswers(entry.payload, entry.notes as number[]) : [] };
    }
    const { key, known } = current;
    const found = known[step];
    if (found) return found;
    const answer = await ask(epoch, step);
    known[step] = answer;
    if (isComplete(known, stepsPerEpoch)) await writeEntry(folder, key, packAnswers(known));
    return answer;
  };
}

function isComplete(known: (Float32Array | undefined)[], steps: number): known is Float32Array[] {
  return Array.from({ length: steps }, (_, step) => known[step]).every((answer) => answer !== undefined);
}

function packAnswers(answers: readonly Float32Array[]): { notes: number[]; payload: Uint8Array } {
  const payload = Buffer.concat(
    answers.map((one) => new Uint8Array(one.buffer, one.byteOffset, one.byteLength)),
  );
  return { notes: answers.map(({ length }) => length), payload };
}

/** `lengths` of the answers, one a step. */
function unpackAnswers(payload: Uint8Array, lengths: readonly number[]): Float32Array[] {
  const all = new Float32Array(new Uint8Array(payload).buffer);
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return all.slice(end - length, end);
  });
}
