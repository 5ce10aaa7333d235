import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { computeLogits } from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Answers,
  askTeachers,
  rememberAnswers,
  type Seat,
} from "../../../training/distillation/answers.ts";
import { openTemporaryFolder, type TemporaryFolder } from "../data/folders.ts";
import { buildSmallGraph, drawBatch, drawValues } from "../networks.ts";

const STEPS = 3;

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await openTemporaryFolder();
});
afterEach(() => folder.remove());

const batch = async (epoch: number, step: number) => drawBatch(8, 6, 1 + epoch * STEPS + step);

function makeSeat(seed: number): Seat {
  const graph = buildSmallGraph(8);
  return { teacher: { sha256: String(seed), network: freezeGraph(graph, drawValues(graph, seed)) }, batch };
}

/** Counts how often it is asked. */
function countAsked(ask: Answers): { ask: Answers; asked: () => number } {
  let count = 0;
  return {
    ask: (epoch, step) => {
      count++;
      return ask(epoch, step);
    },
    asked: () => count,
  };
}

async function answerEpoch(answers: Answers, epoch: number): Promise<Float32Array[]> {
  const all: Float32Array[] = [];
  for (let step = 0; step < STEPS; step++) all.push(await answers(epoch, step));
  return all;
}

test("several teachers answer with the mean of their logits", async () => {
  const seats = [makeSeat(1), makeSeat(2), makeSeat(3)];

  const answer = await askTeachers(seats)(4, 1);

  const own = await Promise.all(
    seats.map(async ({ teacher }) => {
      const { graph, values } = thawNetwork(teacher.network);
      return computeLogits(graph, values, await batch(4, 1));
    }),
  );
  answer.forEach((logit, at) => {
    expect(logit).toBeCloseTo((own[0]![at]! + own[1]![at]! + own[2]![at]!) / 3, 5);
  });
});

test("a remembered epoch is the computed one, bit for bit, and nobody is asked again", async () => {
  const { ask, asked } = countAsked(askTeachers([makeSeat(1), makeSeat(2)]));
  const remember = () =>
    rememberAnswers(ask, { folder: folder.path, identity: "same", stepsPerEpoch: STEPS });
  const computed = await answerEpoch(remember(), 7);

  const remembered = await answerEpoch(remember(), 7);

  expect(remembered).toEqual(computed);
  expect(remembered).toEqual(await answerEpoch(ask, 7));
  expect(asked()).toBe(2 * STEPS);
});

test("another epoch, other circumstances, half an epoch or a damaged file are asked about", async () => {
  const { ask, asked } = countAsked(askTeachers([makeSeat(1)]));
  const remember = (identity: string) =>
    rememberAnswers(ask, { folder: folder.path, identity, stepsPerEpoch: STEPS });
  const first = await answerEpoch(remember("one"), 0);
  const half = remember("one");
  await half(2, 0);
  const before = asked();

  await answerEpoch(remember("one"), 1);
  await answerEpoch(remember("other"), 0);
  await remember("one")(2, 0);
  expect(asked() - before).toBe(2 * STEPS + 1);

  for (const file of await readdir(folder.path)) await writeFile(join(folder.path, file), "nonsense");
  expect(await answerEpoch(remember("one"), 0)).toEqual(first);
  expect(asked() - before).toBe(3 * STEPS + 1);
});
