import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { encodeNetwork, seal } from "@radlite/model/format";
import type { Pointer, Version } from "@radlite/registry/log";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { promoteTiny, registerTiny, tinyVersion } from "../fixtures/tiny-version.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";
import { expectOneOfTwenty, promoteOverHttp } from "./twenty-promotions.ts";

const RADIOGRAPH = readFileSync(join(import.meta.dirname, "../fixtures/radiographs/person1_bacteria_1.jpeg"));
const SEEN_WITHIN_MS = 5_000;

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer((registry) => promoteTiny(registry, 1));
});
afterAll(() => server?.stop());

const classify = async () => (await server.post("/classify", RADIOGRAPH, "image/jpeg")).body;

/** Asks until an answer fits, for as long as a promotion may take to be seen. */
async function classifyUntil(fits: (answer: Awaited<ReturnType<typeof classify>>) => boolean) {
  const untilMs = Date.now() + SEEN_WITHIN_MS;
  for (;;) {
    const answer = await classify();
    if (fits(answer) || Date.now() > untilMs) return answer;
    await delay(200);
  }
}

describe("a promotion", () => {
  test("over GraphQL is seen by the running classify function within 5 s", async () => {
    const version = await registerTiny(server.registry, 2);
    const before = await classify();

    const { __typename } = await promoteOverHttp(server, version.id, "chest-xray@1");
    const after = await classifyUntil(({ model }) => model.version === version.number);

    expect(__typename).toBe("Promoted");
    expect(before.model.version).toBe(1);
    expect(after).toMatchObject({
      model: { version: version.number, sha256: version.artifact },
      degraded: false,
    });
    expect(after.probability).toBeGreaterThan(before.probability); // its bias is larger
    expect(after.timing.coldStart).toBe(false);
  });

  test("asked for by twenty at once happens once, and the history has no gap", async () => {
    const { version } = (await classify()).model;

    const winner = await expectOneOfTwenty(server, `chest-xray@${version}`);
    const after = await classifyUntil(({ model }) => `chest-xray@${model.version}` === winner);

    expect(`chest-xray@${after.model.version}`).toBe(winner);
  });
});

const damaged = tinyVersion(40).bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte));

function catsAndDogs(): Uint8Array {
  return seal(
    encodeNetwork({
      input: { height: 8, width: 8, channels: 1, normalise: { kind: "per-image" } },
      nodes: [
        { op: "GlobalAveragePool", inputs: [0] },
        { op: "Gemm", inputs: [1], weights: 0 },
      ],
      tensors: [{ shape: [1, 2], values: Float32Array.of(1, 2), coding: { kind: "f32" } }],
      labels: ["CAT", "DOG"],
    }),
    {
      temperature: 1,
      threshold: 0.5,
      thresholdRule: { kind: "half" },
      validation: { truePositives: 1, falseNegatives: 1, trueNegatives: 1, falsePositives: 1 },
      validationAuc: 0.5,
    },
  );
}

describe("a model that cannot be loaded", () => {
  /** Moves the pointer as a promotion does, to bytes that the registry itself would not have taken. */
  async function forcePointer(bytes: Uint8Array, digest = createHash("sha256").update(bytes).digest("hex")) {
    const { store } = server.registry;
    const key = "pointers/chest-xray/production.json";
    await store.create(`artifacts/${digest}`, bytes).catch(() => {});
    const found = (await store.get(key))!;
    const pointer = JSON.parse(new TextDecoder().decode(found.bytes)) as Pointer;
    // A high log number: no repair moves a pointer back.
    const moved = {
      ...pointer,
      artifact: digest,
      number: 99,
      version: "chest-xray@99",
      logNumber: 1_000_000,
    };
    await store.replace(key, new TextEncoder().encode(JSON.stringify(moved)), found.etag);
    return async () => {
      const now = (await store.get(key))!;
      await store.replace(key, found.bytes, now.etag);
    };
  }

  let whole: Version;
  beforeAll(async () => {
    whole = await promoteTiny(server.registry, 60);
  });

  test.each([
    ["its bytes are damaged", damaged, tinyVersion(40).facts.sha256, tinyVersion(40).facts.sha256],
    [
      "its labels are another classifier's, although its digest is right",
      catsAndDogs(),
      undefined,
      "CAT, DOG",
    ],
    [
      "it is no model, although its digest is right",
      new TextEncoder().encode("no model"),
      undefined,
      "not a Radlite model",
    ],
  ])("because %s leaves the old one answering, degraded", async (_why, bytes, digest, logged) => {
    const before = await classifyUntil(({ model, degraded }) => model.version === whole.number && !degraded);

    const restore = await forcePointer(bytes, digest);
    const during = await classifyUntil(({ degraded }) => degraded);
    await restore();
    const after = await classifyUntil(({ degraded }) => !degraded);

    expect(during).toMatchObject({ degraded: true, model: before.model, probability: before.probability });
    expect(after).toMatchObject({ degraded: false, model: before.model });
    expect((await server.readLog()).includes(logged)).toBe(true);
    expect((await server.get("/health")).status).toBe(200);
  });
});
