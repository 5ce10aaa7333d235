/** The laws of an activation map, over the models that ship. */
import { readdirSync, readFileSync } from "node:fs";
import { loadEngine } from "@radlite/model/engine";
import { type Network, open } from "@radlite/model/format";
import { prepareInput } from "@radlite/model/input";
import {
  findHead,
  judge,
  judgeWithMap,
  loadVerdictModel,
  mapActivation,
  pneumoniaLogit,
  toRelative,
} from "@radlite/model/verdict";
import { describe, expect, test } from "vitest";
import { compareRandomWeights, coverFifths } from "../../../../bench/explanation/sanity.ts";
import { createNumbers } from "../../networks.ts";
import { meanGreyNetwork, sealed } from "../sample-network.ts";

const SHIPPED = "registry/shipped";
const RADIOGRAPHS = "test/fixtures/radiographs";
const MAX_CORRELATION = 0.2;

const artifacts = readdirSync(SHIPPED, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".rlm"))
  .sort();
const radiographs = readdirSync(RADIOGRAPHS).filter((name) => name.endsWith(".jpeg"));
/** Covering a normal leaves it one: there is nothing to lower. */
const pneumonias = radiographs.filter((name) => name.startsWith("person"));
const production = JSON.parse(readFileSync(`${SHIPPED}/production.json`, "utf8"))["chest-xray"];
const artifact = readFileSync(`${SHIPPED}/${production}/model.rlm`);
const model = await loadVerdictModel(artifact);

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

async function prepare(name: string): Promise<Float32Array> {
  return (await prepareInput(readFileSync(`${RADIOGRAPHS}/${name}`), model.input)).tensor;
}

test.each(artifacts)("%s: the map's mean and the bias make the logit", async (path) => {
  const { network } = open(readFileSync(`${SHIPPED}/${path}`));
  const head = findHead(network)!;
  const engine = await loadEngine(network);
  const { height, width, channels } = network.input;
  for (let seed = 0; seed < 3; seed++) {
    const { logits, features } = await engine.run(createNumbers(seed).floats(height * width * channels, 2));
    const logit = pneumoniaLogit(logits);
    const sum = mean(mapActivation(head, features).values) + head.bias;
    expect(Math.abs(sum - logit) / Math.max(1, Math.abs(logit))).toBeLessThan(1e-5);
  }
});

test("the map of two logits is that of their difference", async () => {
  const tensor = Float32Array.from({ length: 64 }, (_, at) => at);
  const loaded = await loadVerdictModel(sealed(meanGreyNetwork([0.5, 2], [1, 4])));
  const { map } = await judgeWithMap(loaded, tensor);
  expect(map).toEqual({ height: 8, width: 8, values: tensor.map((grey) => 1.5 * grey) });
  expect(loaded.head!.bias).toBe(3);
});

test("runs that overlap get each its own map, and the verdict of a run without one", async () => {
  const tensors = await Promise.all(radiographs.map(prepare));
  const together = await Promise.all(tensors.map((tensor) => judgeWithMap(model, tensor)));
  for (const [at, tensor] of tensors.entries()) {
    const { map, verdict } = await judgeWithMap(model, tensor);
    expect(together[at]!.map).toEqual(map);
    expect(verdict.probability).toBe((await judge(model, tensor)).probability);
  }
});

test("relative evidence goes from 0 to 1, in the order of the map; one value everywhere is none", () => {
  const map = { height: 1, width: 3, values: Float32Array.of(-2, 6, 0) };
  expect(toRelative(map).values).toEqual(Float32Array.of(0, 1, 0.25));
  expect(toRelative({ ...map, values: Float32Array.of(3, 3, 3) }).values).toEqual(new Float32Array(3));
});

test("features of another network are refused", () => {
  expect(() => mapActivation(model.head!, new Float32Array(7))).toThrow(/have 7 values, expected/);
});

describe("a network without such a head", () => {
  const { input, nodes, tensors, labels } = meanGreyNetwork([1], [0]);
  const [pool, last] = nodes;
  const square = { shape: [1, 1], values: Float32Array.of(1), coding: { kind: "f32" } } as const;
  const hidden = { op: "Gemm", inputs: [2], weights: 2 } as const;
  const cases: [string, Network][] = [
    [
      "hidden layers",
      {
        input,
        nodes: [
          pool!,
          { ...hidden, inputs: [1] },
          { op: "Relu", inputs: [2] },
          { ...last!, inputs: [3] } as never,
        ],
        tensors: [...tensors, { ...square, shape: [1, 1] }],
        labels,
      },
    ],
    [
      "no average",
      {
        input,
        nodes: [{ op: "Gemm", inputs: [0], weights: 0 }],
        tensors: [{ shape: [64, 1], values: new Float32Array(64).fill(1 / 64), coding: { kind: "f32" } }],
        labels,
      },
    ],
  ];
  test.each(cases)("%s: NOT_EXPLAINABLE, and a verdict all the same", async (_name, network) => {
    const loaded = await loadVerdictModel(sealed(network));
    const tensor = new Float32Array(64).fill(1);
    await expect(judgeWithMap(loaded, tensor)).rejects.toMatchObject({
      code: "BAD_INPUT",
      reason: "NOT_EXPLAINABLE",
    });
    expect((await judge(loaded, tensor)).probability).toBeCloseTo(1 / (1 + Math.exp(-1 / 2)), 6);
  });
});

test("maps of random weights do not correlate with the model's", async () => {
  const tensors = await Promise.all(radiographs.map(prepare));
  const compared = await compareRandomWeights(model, open(artifact).network, tensors);
  for (const { correlation } of compared) expect(Math.abs(correlation)).toBeLessThan(MAX_CORRELATION);
  expect(mean(compared.map(({ size }) => size))).toBeLessThan(MAX_CORRELATION); // of one picture it is a matter of the draw
});

test.each(pneumonias)(
  "%s: without the top fifth it is less of a pneumonia than without others",
  async (name) => {
    const { withoutTop, withoutOther } = await coverFifths(model, await prepare(name));
    expect(withoutTop).toBeLessThan(withoutOther);
  },
);
