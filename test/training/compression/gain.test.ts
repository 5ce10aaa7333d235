import { recodeNetwork } from "@radlite/model/format";
import { expect, test } from "vitest";
import { describeGain } from "../../../training/compression/gain.ts";
import { residualNetwork } from "../../model/networks.ts";

const NONE = { bytesBefore: 900, bytesAfter: 900 };
const shared = residualNetwork(3, "clustered");
const free = {
  ...shared,
  tensors: shared.tensors.map(({ shape, values }) => ({ shape, values, coding: { kind: "f32" as const } })),
};
const pruned = {
  ...free,
  tensors: free.tensors.map((tensor) => ({
    ...tensor,
    values: tensor.values.map((value) => Math.max(value, 0)),
  })),
};

test("coding of weights that share no value gains nothing, and says what must come before it", () => {
  const message =
    "900 to 900 bytes, so it gained none: it codes values that weights share, and here each has its own. Let cluster or quantise come before it";
  expect(describeGain("range", NONE, { after: free, isLast: true })).toBe(`${message}.`);
  expect(describeGain("range", NONE, { after: pruned, isLast: true })).toBe(
    `${message}, by which zeros take fewer bytes too.`,
  );
});

test("pruning alone gains nothing either, and says what must follow; a gain, or a stage to come, is no complaint", () => {
  expect(describeGain("prune", NONE, { after: pruned, isLast: true })).toBe(
    "900 to 900 bytes, so it gained none: each weight has a value of its own, which takes as many bytes whatever it is. Let cluster or quantise come next, and then range, by which zeros take fewer bytes too.",
  );
  expect(describeGain("prune", NONE, { after: pruned, isLast: false })).toBe("900 to 900 bytes");
  expect(describeGain("range", { ...NONE, bytesAfter: 800 }, { after: free, isLast: true })).toBe(
    "900 to 800 bytes",
  );
  const coded = recodeNetwork(shared, ["range"]);
  expect(describeGain("huffman", NONE, { after: coded, isLast: true })).toMatch(/as few bytes already\.$/);
});
