import { readFileSync } from "node:fs";
import { prepareInput } from "@radlite/model/input";
import { createDecoder, prepareWith } from "@radlite/model/input/browser";
import { wilsonInterval } from "@radlite/model/statistics";
import {
  type Applicability,
  admit,
  decide,
  describeReview,
  judgePicture,
  loadVerdictModel,
  lookOf,
  type NamedGate,
  type PreparedPicture,
  type Verdict,
} from "@radlite/model/verdict";
import { openGate } from "@radlite/model/verdict/gate";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test, vi } from "vitest";
import { meanGreyNetwork, sealed } from "./sample-network.ts";

const FILE = readFileSync("registry/shipped/gates/chest-xray.rlg");
const GATE: NamedGate = { gate: openGate(FILE), sha256: "ab".repeat(32), bytes: FILE.length };
const RADIOGRAPH = "test/fixtures/radiographs/IM-0115-0001.jpeg";
const MODEL = await loadVerdictModel(sealed(meanGreyNetwork([1 / 51], [-2])));

const prepare = async (picture: Sharp, gate: NamedGate | undefined = GATE) =>
  prepareInput(await picture.png().toBuffer(), MODEL.input, lookOf(gate));
const picture = () => sharp(RADIOGRAPH).toColourspace("b-w");
const noise = () =>
  sharp(
    Uint8Array.from({ length: 240 ** 2 }, (_, i) => (i * 2654435761) >>> 24),
    { raw: { width: 240, height: 240, channels: 1 } },
  );

describe("admit", () => {
  test.each<[string, Sharp, string, RegExp, string | undefined]>([
    ["inverted", picture().negate(), "INVERTED", /black and white exchanged: send/, "inverted"],
    ["turned left", picture().rotate(270), "ROTATED", /on its side: turn it by a quarter/, "turned-right"],
    ["turned right", picture().rotate(90), "ROTATED", /on its side: turn it by a quarter/, "turned-left"],
    ["turned by a half", picture().rotate(180), "UPSIDE_DOWN", /on its head: turn or flip it/, "half-turned"],
    ["flipped", picture().flip(), "UPSIDE_DOWN", /on its head: turn or flip it/, "flipped"],
    ["noise", noise(), "NOT_LIKE_TRAINING", /send one frontal radiograph of a whole chest/, undefined],
  ])("%s is refused with what to do, before a network runs", async (...row) => {
    const [, changed, reason, message, change] = row;
    const run = vi.fn();
    const model = { ...MODEL, engine: { ...MODEL.engine, run } };

    const judged = judgePicture({ model, gate: GATE }, await prepare(changed));

    await expect(judged).rejects.toMatchObject({
      ...{ code: "BAD_INPUT", status: 422, reason, message: expect.stringMatching(message) },
      details: {
        applicability: {
          status: "OUTSIDE",
          content: expect.any(Number),
          novelty: expect.any(Number),
          gate: { sha256: GATE.sha256, bytes: 494 },
        },
        population: expect.stringContaining("children of one to five years"),
        ...(change !== undefined && { change }),
      },
    });
    expect(run).not.toHaveBeenCalled();
  });

  test("a radiograph is inside, and the gate is named", async () => {
    expect(admit(await prepare(picture()), GATE)).toMatchObject({
      ...{ status: "INSIDE", maybeMirrored: false, gate: { sha256: GATE.sha256, bytes: 494 } },
    });
  });

  test("colours are refused with and without a gate, whatever is asked", () => {
    for (const gate of [GATE, undefined])
      expect(() => admit({ isColourful: true }, gate, { onOutside: "answer" })).toThrow(
        expect.objectContaining({ code: "BAD_INPUT", reason: "COLOUR_PHOTO", status: 400 }),
      );
  });

  test("without a gate nothing is known of any picture", async () => {
    const prepared = await prepareInput(await noise().png().toBuffer(), MODEL.input, lookOf(undefined));
    expect(admit(prepared, undefined)).toEqual({ status: "UNKNOWN" });
  });

  test("a picture that nobody let the gate look at is a bug, and passes nowhere", () => {
    expect(() => admit({ isColourful: false }, GATE)).toThrow(/without a look/);
  });
});

describe("judgePicture", () => {
  test("asked for all the same, what is outside is answered, for a person to look at", async () => {
    const prepared = await prepare(picture().negate());
    const asked = { onOutside: "answer" } as const;
    const decision = await judgePicture({ model: MODEL, gate: GATE }, prepared, asked);
    expect(decision).toMatchObject({
      verdict: "NEEDS_REVIEW",
      probability: expect.any(Number),
      review: ["UNFAMILIAR_PICTURE"],
      applicability: { status: "OUTSIDE" },
    });
    const both = { ...asked, onReview: "answer" } as const;
    expect(await judgePicture({ model: MODEL, gate: GATE }, prepared, both)).toMatchObject({
      ...{ verdict: "NEEDS_REVIEW", review: ["UNFAMILIAR_PICTURE"], applicability: { status: "OUTSIDE" } },
    });
  });

  test("a browser decides as Node does, to the last digit of the gate's scores", async () => {
    const prepareHere = prepareWith(createDecoder(() => Promise.reject(new Error("PNG needs no codec"))));
    const judge = (prepared: PreparedPicture & { tensor: Float32Array }) =>
      judgePicture({ model: MODEL, gate: GATE }, prepared, { onOutside: "answer" });
    for (const changed of [picture(), picture().flop(), picture().negate(), noise()]) {
      const file = await changed.png().toBuffer();
      const [there, here] = await Promise.all(
        [prepareInput, prepareHere].map(async (prepare) =>
          judge(await prepare(file, MODEL.input, lookOf(GATE))),
        ),
      );
      expect({ ...here, inferMs: 0 }).toEqual({ ...there, inferMs: 0 });
    }
  });
});

describe("decide", () => {
  const judged = (probability: number, reviewBand?: readonly [number, number]): Verdict => ({
    verdict: probability >= 0.5 ? "PNEUMONIA" : "NORMAL",
    probability,
    operatingPoint: {
      ...{ threshold: 0.5, rule: "half", on: "VALIDATION" },
      sensitivity: wilsonInterval(95, 100),
      specificity: wilsonInterval(90, 100),
      ...(reviewBand && { coverage: 0.95, reviewBand }),
    },
    inferMs: 1,
  });
  const admitted = (status: Applicability["status"], maybeMirrored = false): Applicability => ({
    ...{ status, maybeMirrored },
  });

  test.each([
    [0.31, "NORMAL", []],
    [0.32, "NEEDS_REVIEW", ["LOW_CONFIDENCE"]],
    [0.68, "NEEDS_REVIEW", ["LOW_CONFIDENCE"]],
    [0.69, "PNEUMONIA", []],
  ] as const)("a probability of %f in a band from 0.31 to 0.69: %s", (probability, verdict, review) => {
    const decision = decide(judged(probability, [0.31, 0.69]), admitted("INSIDE"));
    expect(decision).toMatchObject({ verdict, review, probability });
    expect(decision.operatingPoint).toMatchObject({ coverage: 0.95, reviewBand: [0.31, 0.69] });
  });

  test.each([
    ["INSIDE", false, []],
    ["INSIDE", true, ["MAYBE_MIRRORED"]],
    ["CAUTION", false, ["UNFAMILIAR_PICTURE"]],
    ["CAUTION", true, ["UNFAMILIAR_PICTURE", "MAYBE_MIRRORED"]],
    ["OUTSIDE", false, ["UNFAMILIAR_PICTURE"]],
    ["UNKNOWN", false, []],
  ] as const)("%s, mirrored %s: %j", (status, maybeMirrored, review) => {
    const { verdict, ...rest } = decide(judged(0.9), admitted(status, maybeMirrored));
    expect(rest).toMatchObject({ review, applicability: { status } });
    expect(verdict).toBe(review.length > 0 ? "NEEDS_REVIEW" : "PNEUMONIA");
  });

  test("asked for a word all the same, it says what the threshold says, and why a person should look", () => {
    const decision = decide(judged(0.4, [0.3, 0.7]), admitted("CAUTION", true), { onReview: "answer" });
    expect(decision).toMatchObject({
      ...{ verdict: "NORMAL", applicability: { status: "CAUTION", maybeMirrored: true } },
      review: ["LOW_CONFIDENCE", "UNFAMILIAR_PICTURE", "MAYBE_MIRRORED"],
    });
  });

  test("in words, what is outside is not what is merely unfamiliar", () => {
    const say = (status: Applicability["status"]) =>
      describeReview(decide(judged(0.4, [0.3, 0.7]), admitted(status, status === "CAUTION")));
    expect(say("CAUTION")).toBe(
      "a person should look: the probability is too close to the threshold; the picture is hardly like those that the model is for; left and right may be exchanged",
    );
    expect(say("OUTSIDE")).toBe(
      "a person should look: the probability is too close to the threshold; the picture is not like those that the model is for, and the probability means nothing",
    );
  });
});
