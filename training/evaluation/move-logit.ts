/** A frozen network that says PNEUMONIA a little more readily, or less: its last bias moved, and nothing else. */
import { RadliteError } from "@radlite/model/errors";
import { type Network, roundToFloat16, type WeightTensor } from "@radlite/model/format";

/**
 * The network whose logit of PNEUMONIA, or of two logits the second, is `amount` higher for whatever it sees. A bias
 * that was free stays float32; one that was shared or rounded becomes free in float16, for two bytes a logit.
 * @throws BAD_INPUT where its last layer adds no bias, or one that lies in one code with other weights.
 */
export function moveLogit(network: Network, amount: number): Network {
  const last = network.nodes.at(-1);
  const index = last !== undefined && "bias" in last ? last.bias : undefined;
  const tensor = index === undefined ? undefined : network.tensors[index]!;
  if (!tensor || tensor.coding.kind === "seeded") {
    throw new RadliteError(
      "BAD_INPUT",
      "calibration.prior moves the network's last bias, and this network keeps none as a number of its own: leave it out.",
    );
  }
  const summed = tensor.values.slice();
  summed[summed.length - 1]! += amount;
  const isFree = tensor.coding.kind === "f32";
  const moved: WeightTensor = {
    shape: tensor.shape,
    values: isFree ? summed : roundToFloat16(summed),
    coding: { kind: isFree ? "f32" : "f16" },
  };
  return { ...network, tensors: network.tensors.map((one, at) => (at === index ? moved : one)) };
}
