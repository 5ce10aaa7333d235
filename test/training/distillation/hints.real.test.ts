import { encodeNetwork } from "@radlite/model/format";
import { runValues, tf, toInputs, toTensors } from "@radlite/training/fit";
import { freezeGraph, numberValues, thawNetwork } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import type { Seat } from "../../../training/distillation/answers.ts";
import { openHints } from "../../../training/distillation/hints.ts";
import { openTeacher } from "../../../training/distillation/teachers.ts";
import { buildSmallGraph, drawBatch, drawValues } from "../networks.ts";

const student = buildSmallGraph(8);
const LAYERS = Math.max(...numberValues(student)); // GlobalAveragePool and Gemm are the last two
const POOLED = student.nodes.findLast(({ op }) => op === "GlobalAveragePool")!.inputs[0];

/** A teacher at 16 pixels: twice as large a map, of other channels. */
function seatTeacher(): Seat {
  const graph = buildSmallGraph(16, { body: [{ width: 6, blocks: 1, stride: 2 }] });
  const bytes = encodeNetwork(freezeGraph(graph, drawValues(graph, 3)));
  return {
    teacher: openTeacher(bytes, "drawn"),
    batch: async (epoch, step) => drawBatch(16, 5, 1 + 10 * epoch + step),
  };
}

/** Every value of a teacher on a batch. */
async function lookInto({ teacher, batch }: Seat, epoch: number, step: number) {
  const { graph, values } = thawNetwork(teacher.network);
  const asked = await batch(epoch, step);
  return tf.tidy(() =>
    runValues(graph, toTensors(graph, values), toInputs(graph, asked)).map((value) => ({
      shape: value.shape,
      values: value.dataSync<"float32">(),
    })),
  );
}

test("without layers the student's pooled map follows the teacher's, averaged to its size", async () => {
  const seat = seatTeacher();

  const hints = openHints([{ weight: 0.5 }], student, seat)!;

  expect(hints.targets).toEqual([{ value: POOLED, channels: 4, shape: [4, 4, 6], weight: 0.5 }]);
  const [features] = await hints.features(2, 1);
  const pool = seat.teacher.network.nodes.findLast(({ op }) => op === "GlobalAveragePool")!;
  const { shape, values } = (await lookInto(seat, 2, 1))[pool.inputs[0]!]!;
  expect(shape).toEqual([5, 8, 8, 6]);
  const at = (image: number, y: number, x: number, channel: number) =>
    values[((image * 8 + y) * 8 + x) * 6 + channel]!;
  for (const [image, y, x, channel] of [
    [0, 0, 0, 0],
    [4, 3, 2, 5],
  ] as const) {
    const square = [0, 1].flatMap((down) =>
      [0, 1].map((right) => at(image, 2 * y + down, 2 * x + right, channel)),
    );
    const mean = square.reduce((sum, value) => sum + value) / 4;
    expect(features![((image * 4 + y) * 4 + x) * 6 + channel]).toBeCloseTo(mean, 5);
  }
});

test("a named layer is the teacher's of that number", async () => {
  const bytes = encodeNetwork(freezeGraph(student, drawValues(student, 3)));
  const seat: Seat = {
    teacher: openTeacher(bytes, "same"),
    batch: async (epoch, step) => drawBatch(8, 5, 1 + 10 * epoch + step),
  };
  const layers = Array.from({ length: LAYERS }, (_, at) => at + 1);

  const hints = openHints(
    layers.slice(0, 8).map((layer) => ({ teacher: layer, student: layer, weight: layer })),
    student,
    seat,
  )!;

  const values = await lookInto(seat, 1, 2);
  const features = await hints.features(1, 2);
  hints.targets.forEach(({ shape, weight }, at) => {
    expect([5, ...shape]).toEqual(values[weight]!.shape);
    expect(features[at]).toEqual(values[weight]!.values);
  });
});

test("a student's layer, by its number in the frozen network, is what that computes", () => {
  const values = drawValues(student, 9);
  const network = freezeGraph(student, values);
  const batch = drawBatch(8, 3, 4);
  const read = (
    of: Parameters<typeof runValues>[0] & Parameters<typeof toInputs>[0],
    numbers: Float32Array[],
  ) =>
    tf.tidy(() =>
      runValues(of, toTensors(of as never, numbers), toInputs(of, batch)).map((value) =>
        value.dataSync<"float32">(),
      ),
    );
  const frozen = thawNetwork(network);
  const [own, folded] = [read(student, values), read(frozen.graph, frozen.values)];

  for (let layer = 1; layer <= network.nodes.length; layer++) {
    const [target] = openHints([{ student: layer, weight: 1 }], student, seatTeacher())!.targets;
    expect(folded[layer]).toHaveLength(own[target!.value]!.length);
    folded[layer]!.forEach((value, i) => {
      expect(own[target!.value]![i]).toBeCloseTo(value, 4);
    });
  }
});

test("hints that weigh nothing are none", () => {
  expect(openHints([{ weight: 0 }], student, seatTeacher())).toBeUndefined();
  expect(openHints([{ weight: 0 }, { weight: 1 }], student, seatTeacher())!.targets).toHaveLength(1);
});

test("a layer that there is not is refused with those that there are", () => {
  const refuse = (hint: { teacher?: number; student?: number }) => () =>
    openHints([{ ...hint, weight: 1 }], student, seatTeacher());

  expect(refuse({ student: LAYERS + 1 })).toThrow(
    `names layer ${LAYERS + 1} of the student, which has the layers 1 to ${LAYERS}`,
  );
  expect(refuse({ teacher: 99 })).toThrow(/names layer 99 of the teacher, which has the layers 1 to/);
});

test("leaks no tensor", async () => {
  const hints = openHints([{ weight: 1 }], student, seatTeacher())!;
  await hints.features(0, 0);
  const before = tf.memory().numTensors;

  openHints([{ weight: 1 }], student, seatTeacher());
  await hints.features(0, 0);

  expect(tf.memory().numTensors).toBe(before);
});
