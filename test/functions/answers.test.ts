/** What the classify function answers with a gate before the model, with one that leaves much to people, and without. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel, setGate, uploadArtifact } from "@radlite/registry/commands";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { handler as artifact } from "../../functions/artifact.ts";
import { handler as classify } from "../../functions/classify.ts";
import { handler as production } from "../../functions/production.ts";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { writeDicom } from "../model/input/dicom/writer.ts";
import { identifiedFilm } from "../model/report/samples.ts";
import { context, httpEvent } from "./events.ts";

const RADIOGRAPH = readFileSync("test/fixtures/radiographs/IM-0115-0001.jpeg");
const CAUTION = readFileSync("test/fixtures/radiographs/person1_bacteria_1.jpeg");
const FILM = writeDicom(identifiedFilm()); // of a ramp
const GATE = readFileSync("registry/shipped/gates/chest-xray.rlg");
const GATE_NAMED = { sha256: createHash("sha256").update(GATE).digest("hex"), bytes: GATE.length };
const POPULATION = "children of one to five years, one hospital (Guangzhou)";
const ACTOR = { name: "test", role: "approver" } as const;
const folder = mkdtempSync(join(tmpdir(), "radlite-answers-"));

let registry: Registry;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.stubEnv("RADLITE_STORE", `file:${folder}`);
  vi.stubEnv("IS_OFFLINE", "true");
  registry = await openRegistry({ store: fileStore(folder) });
  await createModel(registry, { name: "chest-xray", description: "", actor: ACTOR });
  await promoteTiny(registry, 1);
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function post(
  body: Uint8Array,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  const type = { "content-type": "application/octet-stream", ...headers };
  const answer = await classify(httpEvent({ body, headers: type, query }), context);
  const isJson = answer.headers!["content-type"]!.toString().includes("json");
  return {
    status: answer.statusCode,
    headers: answer.headers!,
    body: isJson ? JSON.parse(answer.body!) : answer.body!,
  };
}

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
});

describe("with a gate", () => {
  beforeAll(async () => {
    const sha256 = await uploadArtifact(registry.store, GATE);
    await setGate(registry, { model: "chest-xray", artifact: sha256, reason: "a test", actor: ACTOR });
    vi.setSystemTime(Date.now() + 3_000); // the pointer is looked at again
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
      ...{ verdict: "PNEUMONIA", review: [], applicability: { status: "CAUTION" } },
    });
  });

  test("a mirrored radiograph is not refused, but to be looked at", async () => {
    expect((await post(await picture().flop().png().toBuffer())).body).toMatchObject({
      ...{ verdict: "NEEDS_REVIEW", review: ["MAYBE_MIRRORED"], applicability: { status: "INSIDE" } },
    });
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

  test("which gate it is, and its file, are there for a browser", async () => {
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
      expect(file).toContain("A person should look: the picture is hardly like those");
      expect(file).toContain(`The model learnt from ${POPULATION}`);
      if (!("dicom" in query)) expect(file).toContain("applicability=OUTSIDE");
    }
  });
});
