import {
  connect,
  convolve,
  convolveDepthwise,
  convolveSeparable,
  normalise,
  startGraph,
} from "@radlite/training/architectures";
import { nameTensors } from "@radlite/training/weights";
import { expect, test } from "vitest";

test("tensors are called as Keras calls them; both of a separable convolution belong to one layer", () => {
  const input = { height: 8, width: 8, channels: 1, normalise: { kind: "per-image" } } as const;
  const { graph, image } = startGraph(input, []);
  const first = convolve(graph, image, { layer: "first", filters: 2, kernel: 3, bias: true });
  const deep = convolveDepthwise(graph, first, { layer: "deep", kernel: 3 });
  const point = convolve(graph, deep, { layer: "point", filters: 2, kernel: 1 });
  const separable = convolveSeparable(graph, point, { layer: "separable", filters: 2, kernel: 3 });
  connect(graph, normalise(graph, separable, "norm"), 1, "dense");

  const names = nameTensors(graph).map(({ layer, tensor }) => `${layer}/${tensor}`);

  expect(new Set(names)).toEqual(
    new Set([
      ...["first/kernel", "first/bias", "deep/depthwise_kernel", "point/kernel"],
      ...["separable/depthwise_kernel", "separable/pointwise_kernel"],
      ...["norm/gamma", "norm/beta", "norm/moving_mean", "norm/moving_variance"],
      ...["dense/kernel", "dense/bias"],
    ]),
  );
  expect(names).toHaveLength(graph.tensors.length);
});
