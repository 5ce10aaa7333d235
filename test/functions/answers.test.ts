/** What the classify function answers with a gate before the model, with one that leaves much to people, and without. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setGate, uploadArtifact } from "@radlite/registry/commands";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { handler as artifact } from "../../functions/artifact.ts";
import { handler as health } from "../../functions/health.ts";
import { handler as production } from "../../functions/production.ts";
import { writeDicom } from "../model/input/dicom/writer.ts";
import { identifiedFilm } from "../model/report/samples.ts";
import { context, httpEvent } from "./events.ts";
import { ACTOR, post, serveTiny } from "./serve-tiny.ts";

const RADIOGRAPH = readFileSync("test/fixtures/radiographs/IM-0115-0001.jpeg");
const CAUTION = readFileSync("test/fixtures/radiographs/person1_bacteria_1.jpeg");
const FILM = writeDicom(identifiedFilm()); // of a ramp
const GATE = readFileSync("registry/shipped/gates/chest-xray.rlg");
const GATE_NAMED = { sha256: createHash("sha256").update(GATE).digest("hex"), bytes: GATE.length };
const POPULATION = "children of one to five years, one hospital (Guangzhou)";
const served = serveTiny(1);

const picture = () => sharp(RADIOGRAPH).toColourspace("b-w");
const noise = () =>
  sharp(
    Uint8Array.from({ length: 240 ** 2 }, (_, i) => (i * 2654435761) >>> 24),
    { raw: { width: 240, height: 240, channels: 1 } },
  );

test("without a gate any picture is answered, as one of which nothing is known", async () => {
  for (const file of [RADIOGRAPH, await noise().png().toBuffer()]) {
    const { status, body } = await post(file);
    expect(status).toBe(200);
    expect(body).toMatchObject({ applicability: { status: "UNKNOWN" }, review: [] });
    expect(body).not.toHaveProperty("population");
  }
  expect(await askHealth()).toMatchObject({ status: "ok", gate: null });
});

async function askHealth() {
  return JSON.parse((await health(httpEvent({ method: "GET" }), context)).body!);
}

describe("with a gate", () => {
  beforeAll(async () => {
    const sha256 = await uploadArtifact(served.registry.store, GATE);
    await setGate(served.registry, { model: "chest-xray", artifact: sha256, reason: "a test", actor: ACTOR });
    served.passTime();
  });

  test("a radiograph is inside, and the answer says whom the gate is for", async () => {
    const { status, body } = await post(RADIOGRAPH);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ verdict: "PNEUMONIA", review: [], population: POPULATION },
      applicability: {
        ...{ status: "INSIDE", content: expect.any(Number), novelty: expect.any(Number) },
        gate: GATE_NAMED,
      },
      input: { kind: "jpeg", width: 224, height: 224 },
    });
    expect(Object.keys(body.input)).toEqual(["sha256", "kind", "width", "height"]);
  });

  test.each<[string, () => Sharp, string, string?]>([
    ["inverted", () => picture().negate(), "INVERTED", "inverted"],
    ["turned", () => picture().rotate(90), "ROTATED", "turned-left"],
    ["upside down", () => picture().flip(), "UPSIDE_DOWN", "flipped"],
    ["noise", noise, "NOT_LIKE_TRAINING"],
  ])("%s: 422, with its reason, what to do and the scores", async (_name, changed, reason, change) => {
    const file = await changed().png().toBuffer();

    const { status, body } = await post(file);

    expect(status).toBe(422);
    expect(body).toEqual({
      error: {
        ...{ code: "BAD_INPUT", reason, requestId: "request-1" },
        message: expect.stringMatching(/: (send|turn) .{20,}/),
        applicability: {
          ...{ status: "OUTSIDE", content: expect.any(Number), novelty: expect.any(Number) },
          gate: GATE_NAMED,
        },
        population: POPULATION,
        ...(change && { change }),
      },
    });
    const answered = await post(file, { onOutside: "answer" });
    expect(answered.status).toBe(200);
    expect(answered.body).toMatchObject({
      verdict: "NEEDS_REVIEW",
      probability: expect.any(Number),
      review: ["UNFAMILIAR_PICTURE"],
      applicability: body.error.applicability,
    });
  });

  test("a photograph in colour is 400, whatever is asked", async () => {
    const pixels = Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) =>
      i % 3 === 0 ? 60 + (Math.floor(i / 3) % 96) : i % 3 === 1 ? 60 + Math.floor(i / 288) : 90,
    );
    const file = await sharp(pixels, { raw: { width: 96, height: 96, channels: 3 } })
      .png()
      .toBuffer();
    for (const query of [undefined, { onOutside: "answer" }]) {
      const { status, body } = await post(file, query);
      expect({ status, ...body.error }).toMatchObject({
        status: 400,
        code: "BAD_INPUT",
        reason: "COLOUR_PHOTO",
      });
    }
  });

  test("caution is for a person to look at, unless the answer is asked for", async () => {
    expect((await post(CAUTION)).body).toMatchObject({
      ...{ verdict: "NEEDS_REVIEW", review: ["UNFAMILIAR_PICTURE"], applicability: { status: "CAUTION" } },
    });
    expect((await post(CAUTION, { onReview: "answer" })).body).toMatchObject({
      ...{ verdict: "PNEUMONIA", review: ["UNFAMILIAR_PICTURE"], applicability: { status: "CAUTION" } },
    });
  });

  test("a mirrored radiograph is not refused, but to be looked at; asked not to review, it says so all the same", async () => {
    const mirrored = await picture().flop().png().toBuffer();
    const applicability = { status: "INSIDE", maybeMirrored: true };
    expect((await post(mirrored)).body).toMatchObject({
      ...{ verdict: "NEEDS_REVIEW", review: ["MAYBE_MIRRORED"], applicability },
    });
    expect((await post(mirrored, { onReview: "answer" })).body).toMatchObject({
      ...{ verdict: "PNEUMONIA", review: ["MAYBE_MIRRORED"], applicability },
    });
    expect((await post(RADIOGRAPH)).body.applicability.maybeMirrored).toBe(false);
  });

  test.each([
    [{ onOutside: "refuse" }, /onOutside takes answer.*"refuse" was sent/],
    [{ onReview: "" }, /onReview takes answer/],
    [
      { onoutside: "answer" },
      /no query parameter but dicom, explain, onOutside, onReview.*"onoutside" was sent/,
    ],
  ])("%j is refused, not ignored", async (query, message) => {
    const { status, body } = await post(RADIOGRAPH, query as unknown as Record<string, string>);
    expect({ status, ...body.error }).toMatchObject({
      ...{ status: 400, code: "BAD_INPUT", reason: "UNKNOWN_PARAMETER" },
      message: expect.stringMatching(message),
    });
  });

  test("which gate it is, and its file, are there for a browser; health names it", async () => {
    expect(await askHealth()).toMatchObject({ status: "ok", gate: GATE_NAMED.sha256, degraded: false });
    const { body } = await production(httpEvent({ method: "GET" }), context);
    expect(JSON.parse(body!)).toMatchObject({ gate: GATE_NAMED, population: POPULATION, performance: {} });
    const file = await artifact(
      { ...httpEvent({ method: "GET" }), pathParameters: { sha256: GATE_NAMED.sha256 } },
      context,
    );
    expect(Buffer.from(file.body!, "base64")).toEqual(GATE);
  });

  test("a film that is outside has no report, and with the answer asked for one that says so", async () => {
    const forms: [Record<string, string>, Record<string, string>][] = [
      [{}, { accept: "application/dicom" }],
      [{ dicom: "capture" }, {}],
    ];
    for (const [query, headers] of forms) {
      const refused = await post(FILM, query, headers);
      expect({ status: refused.status, ...refused.body.error }).toMatchObject({
        ...{ status: 422, code: "BAD_INPUT", applicability: { status: "OUTSIDE" } },
      });
      const answered = await post(FILM, { ...query, onOutside: "answer" }, headers);
      expect(answered.status).toBe(200);
      expect(answered.headers["content-type"]).toBe("application/dicom");
      const file = Buffer.from(answered.body, "base64").toString("latin1");
      expect(file).toContain("A person should look: the picture is not like those");
      expect(file).toContain(`For radiographs of ${POPULATION}`);
      if (!("dicom" in query)) expect(file).toContain("applicability=OUTSIDE");
    }
  });
});

/** Of a release that knew no gate, or one that lost it: a store of which the log says more than its pointer. */
test("where the pointer lost the gate, the one of the log looks all the same", async () => {
  const { store } = served.registry;
  const key = "pointers/chest-xray/production.json";
  const { bytes, etag } = (await store.get(key)) as { bytes: Uint8Array; etag: string };
  const { gate: _, population: __, ...left } = JSON.parse(Buffer.from(bytes).toString());
  await store.replace(key, Buffer.from(JSON.stringify(left)), etag);
  served.passTime();

  const { status, body } = await post(await noise().png().toBuffer());

  expect({ status, ...body.error }).toMatchObject({ status: 422, reason: "NOT_LIKE_TRAINING" });
  expect((await post(RADIOGRAPH)).body).toMatchObject({ applicability: { gate: GATE_NAMED } });
  expect(await askHealth()).toMatchObject({ gate: GATE_NAMED.sha256 });
});
