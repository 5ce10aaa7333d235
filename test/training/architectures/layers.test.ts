/** Names, order and shapes of layers with weights: what published weights are fitted by. */

import type { InputRecipe } from "@radlite/model/format";
import {
  buildArchitecture,
  type Graph,
  type GraphNode,
  type PublishedFamily,
} from "@radlite/training/architectures";
import { expect, test } from "vitest";

const INPUT: InputRecipe = { height: 75, width: 75, channels: 3, normalise: { kind: "per-image" } };

function build(family: PublishedFamily, head = { hidden: [] as number[], dropout: 0 }): Graph {
  return buildArchitecture({ family, width: 1, head }, INPUT, ["NORMAL", "PNEUMONIA"]);
}

/** `name shape`, of convolutions; BatchNorms by their name. A separable convolution is two of one name. */
function listWeighted({ nodes, tensors, layers }: Graph): string[] {
  return nodes.flatMap((node, at) => {
    if (node.op === "BatchNorm") return [layers![at]!];
    return "weights" in node ? [`${layers![at]} ${tensors[node.weights]!.shape.join("x")}`] : [];
  });
}

const FIRST: Record<PublishedFamily, string[]> = {
  vgg16: ["block1_conv1 3x3x3x64", "block1_conv2 3x3x64x64", "block2_conv1 3x3x64x128"],
  vgg19: ["block1_conv1 3x3x3x64", "block1_conv2 3x3x64x64", "block2_conv1 3x3x64x128"],
  // Keras' order of the last 1x1 and the shortcut beside it is shortcut first, convolutions before BatchNorms.
  resnet50: [
    ...["conv1_conv 7x7x3x64", "conv1_bn"],
    ...["conv2_block1_1_conv 1x1x64x64", "conv2_block1_1_bn"],
    ...["conv2_block1_2_conv 3x3x64x64", "conv2_block1_2_bn"],
    ...["conv2_block1_0_conv 1x1x64x256", "conv2_block1_3_conv 1x1x64x256"],
    ...["conv2_block1_0_bn", "conv2_block1_3_bn"],
    "conv2_block2_1_conv 1x1x256x64",
  ],
  mobilenet: [
    ...["conv1 3x3x3x32", "conv1_bn"],
    ...["conv_dw_1 3x3x32x1", "conv_dw_1_bn", "conv_pw_1 1x1x32x64", "conv_pw_1_bn"],
    ...["conv_dw_2 3x3x64x1", "conv_dw_2_bn", "conv_pw_2 1x1x64x128", "conv_pw_2_bn"],
  ],
  mobilenetv2: [
    ...["Conv1 3x3x3x32", "bn_Conv1"],
    ...["expanded_conv_depthwise 3x3x32x1", "expanded_conv_depthwise_BN"],
    ...["expanded_conv_project 1x1x32x16", "expanded_conv_project_BN"],
    ...["block_1_expand 1x1x16x96", "block_1_expand_BN", "block_1_depthwise 3x3x96x1"],
  ],
  densenet121: [
    ...["conv1/conv 7x7x3x64", "conv1/bn"],
    ...["conv2_block1_0_bn", "conv2_block1_1_conv 1x1x64x128", "conv2_block1_1_bn"],
    ...["conv2_block1_2_conv 3x3x128x32", "conv2_block2_0_bn", "conv2_block2_1_conv 1x1x96x128"],
  ],
  // Keras' order of branches is the longest way to the end first.
  inceptionv3: [
    ...["conv2d 3x3x3x32", "batch_normalization", "conv2d_1 3x3x32x32", "batch_normalization_1"],
    ...["conv2d_2 3x3x32x64", "batch_normalization_2", "conv2d_3 1x1x64x80", "batch_normalization_3"],
    ...["conv2d_4 3x3x80x192", "batch_normalization_4", "conv2d_8 1x1x192x64", "batch_normalization_8"],
    ...["conv2d_6 1x1x192x48", "conv2d_9 3x3x64x96", "batch_normalization_6", "batch_normalization_9"],
    ...["conv2d_5 1x1x192x64", "conv2d_7 5x5x48x64", "conv2d_10 3x3x96x96", "conv2d_11 1x1x192x32"],
  ],
  inceptionresnetv2: [
    ...["conv2d 3x3x3x32", "batch_normalization", "conv2d_1 3x3x32x32", "batch_normalization_1"],
    ...["conv2d_2 3x3x32x64", "batch_normalization_2", "conv2d_3 1x1x64x80", "batch_normalization_3"],
    ...["conv2d_4 3x3x80x192", "batch_normalization_4", "conv2d_8 1x1x192x64", "batch_normalization_8"],
  ],
  nasnetlarge: ["stem_conv1 3x3x3x96", "stem_bn1", "reduction_conv_1_stem_1 1x1x96x42"],
  nasnetmobile: [
    ...["stem_conv1 3x3x3x32", "stem_bn1", "reduction_conv_1_stem_1 1x1x32x11", "reduction_bn_1_stem_1"],
    ...[
      "separable_conv_1_reduction_left1_stem_1 5x5x11x1",
      "separable_conv_1_reduction_left1_stem_1 1x1x11x11",
    ],
  ],
  squeezenet: [
    "conv1 3x3x3x64",
    ...["fire2/squeeze1x1 1x1x64x16", "fire2/expand1x1 1x1x16x64", "fire2/expand3x3 3x3x16x64"],
    "fire3/squeeze1x1 1x1x128x16",
  ],
};

const LAST: Record<PublishedFamily, string[]> = {
  vgg16: ["block5_conv3 3x3x512x512"],
  vgg19: ["block5_conv4 3x3x512x512"],
  resnet50: ["conv5_block3_3_conv 1x1x512x2048", "conv5_block3_3_bn"],
  mobilenet: ["conv_dw_13 3x3x1024x1", "conv_dw_13_bn", "conv_pw_13 1x1x1024x1024", "conv_pw_13_bn"],
  mobilenetv2: ["block_16_project_BN", "Conv_1 1x1x320x1280", "Conv_1_bn"],
  densenet121: ["conv5_block16_2_conv 3x3x128x32", "bn"],
  inceptionv3: ["conv2d_93 1x1x2048x192", "batch_normalization_85", "batch_normalization_93"],
  inceptionresnetv2: ["block8_10_conv 1x1x448x2080", "conv_7b 1x1x2080x1536", "conv_7b_bn"],
  nasnetlarge: ["separable_conv_2_bn_normal_right2_18", "separable_conv_2_bn_normal_left5_18"],
  nasnetmobile: ["separable_conv_2_bn_normal_right2_12", "separable_conv_2_bn_normal_left5_12"],
  squeezenet: ["fire9/expand1x1 1x1x64x256", "fire9/expand3x3 3x3x64x256"],
};

const FAMILIES = Object.keys(FIRST) as PublishedFamily[];

test.each(FAMILIES)("%s begins and ends as in Keras Applications, before a head of one logit", (family) => {
  const layers = listWeighted(build(family));

  expect(layers.slice(0, FIRST[family].length)).toEqual(FIRST[family]);
  expect(layers.slice(-1 - LAST[family].length, -1)).toEqual(LAST[family]);
  expect(layers.at(-1)).toMatch(/^head_logit \d+x1$/);
});

test.each(FAMILIES)("%s: every node has a layer, and every weighted layer a name of its own", (family) => {
  const graph = build(family);

  const names = listWeighted(graph).map((layer) => layer.split(" ")[0]);
  const separable = names.filter((name, at) => name === names[at - 1]);
  expect(graph.layers).toHaveLength(graph.nodes.length);
  expect(new Set(names).size).toBe(names.length - separable.length);
  expect(separable.every((name) => name!.startsWith("separable_conv_"))).toBe(true);
});

test("a shortcut is a convolution where a group begins, and the value itself elsewhere", () => {
  const { nodes, layers } = build("resnet50");

  const projected = layers!.filter((layer) => /_0_conv$/.test(layer));
  const inner = layers!.filter((layer) => /_add$/.test(layer));
  expect(projected).toEqual([2, 3, 4, 5].map((group) => `conv${group}_block1_0_conv`));
  expect(inner).toHaveLength(16);
  expect(nodes.filter(({ op }) => op === "Add")).toHaveLength(16);
});

test("MobileNet's strided depthwise layers pad below and right, at odd sides too", () => {
  const architecture = { family: "mobilenet", width: 0.25, head: { hidden: [], dropout: 0 } } as const;
  const graph = buildArchitecture(architecture, { ...INPUT, height: 50, width: 50 }, []); // 25 after conv1

  const strided = graph.nodes.filter(
    (node): node is Extract<GraphNode, { op: "DepthwiseConv" }> =>
      node.op === "DepthwiseConv" && node.strides[0] === 2,
  );
  expect(strided.map(({ pads }) => pads)).toEqual(Array(4).fill([0, 0, 1, 1]));
});

test("a head of hidden layers drops before each of its fully connected layers", () => {
  const { nodes, layers } = build("squeezenet", { hidden: [32, 8], dropout: 0.5 });

  const head = layers!.flatMap((layer, at) =>
    layer.startsWith("head_") ? [`${nodes[at]!.op} ${layer}`] : [],
  );
  expect(head).toEqual([
    "GlobalAveragePool head_average",
    ...["Dropout head_dropout_1", "Gemm head_hidden_1", "Relu head_hidden_1"],
    ...["Dropout head_dropout_2", "Gemm head_hidden_2", "Relu head_hidden_2"],
    ...["Dropout head_dropout_3", "Gemm head_logit"],
  ]);
});
