import { type InputRecipe, inferShapes, type NetworkNode } from "@radlite/model/format";
import {
  type Architecture,
  buildArchitecture,
  countValues,
  type Graph,
  initialiseTensors,
  isTrained,
} from "@radlite/training/architectures";
import { freezeGraph } from "@radlite/training/freeze";
import { expect, test } from "vitest";

const INPUT: InputRecipe = { height: 30, width: 30, channels: 1, normalise: { kind: "per-image" } };
const BODY = [
  { width: 4, blocks: 2, stride: 2 },
  { width: 8, blocks: 1, stride: 2 },
];

const build = (family: "binary-residual" | "binary-vgg"): Graph => {
  const architecture: Architecture = {
    family,
    stem: { width: 4, stride: 1 },
    body: BODY,
    gradient: "clipped",
  };
  return buildArchitecture(architecture, INPUT, ["NORMAL", "PNEUMONIA"]);
};
const freeze = (graph: Graph) => freezeGraph(graph, initialiseTensors(graph, 1));
const countTrained = ({ tensors }: Graph): number =>
  tensors.filter(({ role }) => isTrained(role)).reduce((sum, spec) => sum + countValues(spec), 0);

test("have the weights that their widths say, the body's as latent signs", () => {
  const latent = 9 * (4 * 4 + 4 * 4 + 4 * 8);
  const stem = 9 * 4 + 2 * 4;
  const signs = 2 * (4 + 4 + 4); // gamma and beta of what each binary convolution reads

  const residual = build("binary-residual");
  const vgg = build("binary-vgg");

  expect(countTrained(residual)).toBe(stem + latent + signs + 2 * (4 + 4 + 8) + 8 + 1);
  expect(countTrained(vgg)).toBe(stem + latent + signs + 2 * 8 + 8 + 1);
  for (const { tensors } of [residual, vgg]) {
    const latents = tensors.filter(({ role }) => role === "latent");
    expect(latents.reduce((sum, spec) => sum + countValues(spec), 0)).toBe(latent);
  }
});

test("the first convolution and the logit alone multiply floats by floats", () => {
  for (const family of ["binary-residual", "binary-vgg"] as const) {
    const { nodes, tensors } = freeze(build(family));

    const isFloat = ({ op }: NetworkNode) => op === "Conv" || op === "Gemm";
    expect(nodes.filter(isFloat).map(({ op }) => op)).toEqual(["Conv", "Gemm"]);
    const binary = nodes.filter((node) => node.op === "BinaryConv");
    expect(binary).toHaveLength(3);
    for (const node of binary) expect(tensors[node.weights]!.coding).toEqual({ kind: "binary" });
  }
});

test("a shortcut is averaged where its layer strides, odd sides too, and repeated where it widens", () => {
  const network = freeze(build("binary-residual"));
  const shapes = inferShapes(network);

  const pools = network.nodes.filter(({ op }) => op === "AveragePool");
  const copies = network.nodes.filter(({ op }) => op === "Concat");

  expect(pools.map(({ inputs }) => shapes[inputs[0]!])).toEqual([
    [30, 30, 4],
    [15, 15, 4],
  ]);
  expect(copies).toHaveLength(1);
  expect(new Set(copies[0]!.inputs).size).toBe(1); // the same value twice
  expect(shapes.at(-3)).toEqual([8, 8, 8]);
});

test("between two binary convolutions of the plain family there is a sign and, at most, a maximum", () => {
  const { nodes } = freeze(build("binary-vgg"));

  expect(nodes.map(({ op }) => op)).toEqual([
    ...["Conv", "Relu", "Sign", "BinaryConv", "Sign", "BinaryConv", "MaxPool"],
    ...["Sign", "BinaryConv", "MaxPool", "DepthwiseConv", "Relu", "GlobalAveragePool", "Gemm"],
  ]);
});
