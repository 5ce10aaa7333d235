/** The trimming of borders in a file: part of the network's input, sealed or not, and nothing where there is none. */
import { describeParts, encodeNetwork, open, seal } from "@radlite/model/format";
import { expect, test } from "vitest";
import { randomNetwork } from "../networks.ts";
import { BAD_ARTIFACT, CALIBRATION, withSection } from "./artifacts.ts";

const plain = randomNetwork(1);
const trimming = { ...plain, input: { ...plain.input, trim: true as const } };

test("three bytes behind the weights: tag 4, one byte, rule 1", () => {
  const file = encodeNetwork(trimming);
  const without = encodeNetwork(plain);
  expect([...file.subarray(0, -4)]).toEqual([...without.subarray(0, -4), 4, 1, 1]);
  expect(describeParts(file).at(-2)).toEqual({ name: "trim", bytes: 3 });
});

test("it opens again, sealed or not, and a network's digest tells the two apart through every refit", () => {
  const frozen = encodeNetwork(trimming);
  const sealed = seal(frozen, CALIBRATION);
  const refit = seal(sealed, { ...CALIBRATION, temperature: 2 });
  for (const file of [frozen, sealed, refit]) {
    const { network, networkBytes } = open(file);
    expect(network.input).toEqual(trimming.input);
    expect(networkBytes).toEqual(frozen);
    expect(encodeNetwork(network)).toEqual(frozen);
  }
  expect(open(refit).calibration).toEqual({ ...CALIBRATION, temperature: 2 });
  expect(
    describeParts(sealed)
      .map(({ name }) => name)
      .slice(-3),
  ).toEqual(["calibration", "trim", "checksum"]);
});

test("without it a file is what it was, and says nothing of it", () => {
  expect("trim" in open(seal(encodeNetwork(plain), CALIBRATION)).network.input).toBe(false);
});

test.each([[[4, 1, 2]], [[4, 0]], [[4, 2, 1, 1]]])("a rule that is not known is refused: %j", (section) => {
  const file = withSection(encodeNetwork(plain), section);
  expect(() => open(file)).toThrow(BAD_ARTIFACT);
  expect(() => open(file)).toThrow(
    /a rule for trimming of \[.*\], expected \[1\]; it is damaged or made by a newer/,
  );
});

test("anything else in its place is refused when a network is frozen", () => {
  const odd = { ...plain, input: { ...plain.input, trim: false as never } };
  expect(() => encodeNetwork(odd)).toThrow("input's trim is false, expected true, or none");
});
