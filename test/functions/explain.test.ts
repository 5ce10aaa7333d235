/** What the classify function answers where it is asked to explain itself, by networks that can and by one that cannot. */
import { readFileSync } from "node:fs";
import { encodePng, prepareInput } from "@radlite/model/input";
import { explain, judgeWithMap, LONGEST_SIDE, loadVerdictModel } from "@radlite/model/verdict";
import sharp from "sharp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { promoteNetwork, tinyVersion } from "../fixtures/tiny-version.ts";
import { meanGreyNetwork } from "../model/verdict/sample-network.ts";
import { post, serveTiny } from "./serve-tiny.ts";

const THUMBNAIL = readFileSync("test/fixtures/radiographs/IM-0115-0001.jpeg");
const FILM = readFileSync("test/fixtures/dicom/explicit-8.dcm");
const BIAS = 3;
const served = serveTiny(BIAS);

test("the answer without it, and with it the same and the picture and the box that the model gives", async () => {
  const model = await loadVerdictModel(tinyVersion(BIAS).bytes);
  for (const file of [THUMBNAIL, FILM]) {
    const { view, ...prepared } = await prepareInput(file, model.input, undefined, LONGEST_SIDE);
    const { map } = await judgeWithMap(model, prepared.tensor);
    const { overlay, box } = explain(model, map, { ...prepared, view: view! });

    const plain = (await post(file, "")).body;
    const explained = (await post(file, "explain=true")).body;
    expect((await post(file, "explain=if-possible")).body.explanation).toEqual(explained.explanation);

    expect(explained.explanation).toEqual({
      png: Buffer.from(encodePng(overlay)).toString("base64"),
      box,
    });
    expect(plain).not.toHaveProperty("explanation");
    expect({ ...explained, explanation: undefined, timing: plain.timing }).toEqual(plain);
  }
});

test("a large picture comes smaller, its box in its own pixels", async () => {
  const large = await sharp(THUMBNAIL).resize(1200, 900, { fit: "fill" }).jpeg().toBuffer();
  const { explanation } = (await post(large, "explain=true")).body;
  const png = Buffer.from(explanation.png, "base64");
  expect(await sharp(png).metadata()).toMatchObject({ format: "png", width: 320, height: 240 });
  const { x, y, width, height } = explanation.box;
  expect([x % 150, width % 150]).toEqual([0, 0]); // of eight cells a side
  expect(x + width).toBeLessThanOrEqual(1200);
  expect(y + height).toBeLessThanOrEqual(900);
  expect(height).toBeGreaterThanOrEqual(112);
});

test.each(["explain=false", "explain=", "explain=1", "explain=true&explain=TRUE"])(
  "?%s is refused with what it takes",
  async (query) => {
    const { status, body } = await post(THUMBNAIL, query);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: "BAD_INPUT", reason: "UNKNOWN_PARAMETER" });
    expect(body.error.message).toMatch(/explain takes true or if-possible, or is left out/);
  },
);

test("a DICOM answer shows it unasked: a capture in colour, a report with a region", async () => {
  const capture = Buffer.from((await post(FILM, "dicom=capture")).body, "base64").toString("latin1");
  expect(capture).toContain("RGB ");
  const report = (await post(FILM, "", { accept: "application/dicom" })).body;
  expect(Buffer.from(report, "base64").toString("latin1")).toContain("POLYLINE");
  expect((await post(FILM, "dicom=capture&explain=true")).status).toBe(200);
});

describe("a network with another head", () => {
  beforeAll(async () => {
    const { input, labels } = meanGreyNetwork([1], [0]);
    const values = new Float32Array(64).fill(0.01 / 64);
    await promoteNetwork(served.registry, {
      ...{ input, labels },
      nodes: [{ op: "Gemm", inputs: [0], weights: 0 }],
      tensors: [{ shape: [64, 1], values, coding: { kind: "f32" } }],
    });
    served.passTime();
  });

  test("answers, and does not explain: NOT_EXPLAINABLE before the picture is looked at", async () => {
    await vi.waitFor(async () => {
      const { status, body } = await post(Buffer.from("no picture"), "explain=true");
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: "BAD_INPUT", reason: "NOT_EXPLAINABLE" });
    });
    expect((await post(THUMBNAIL, "")).status).toBe(200);
    const { status, body } = await post(THUMBNAIL, "explain=if-possible");
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("explanation");
  });

  test("its captures and reports are as they were without a map", async () => {
    const capture = Buffer.from((await post(FILM, "dicom=capture")).body, "base64").toString("latin1");
    expect(capture).toContain("MONOCHROME2");
    const report = (await post(FILM, "", { accept: "application/dicom" })).body;
    expect(Buffer.from(report, "base64").toString("latin1")).not.toContain("POLYLINE");
  });
});
