import {
  compareVersions,
  createModel,
  historyOf,
  type ListVersionsInput,
  lineageOf,
  listModels,
  listVersions,
  promote,
  VERSION_ORDER_FIELDS,
  type VersionOrder,
} from "@radlite/registry/commands";
import type { Registry, Version } from "@radlite/registry/log";
import { beforeAll, describe, expect, test } from "vitest";
import { ADA, MODEL, openSample, register, type SampleOptions } from "./sample.ts";

let registry: Registry;

/** Twelve versions of two models; every third is not evaluated, sizes repeat. */
beforeAll(async () => {
  const opened = await openSample();
  registry = opened.registry;
  await createModel(registry, { name: "hand", description: "", actor: ADA });
  for (let seed = 1; seed <= 12; seed++) {
    opened.clock.now += 60_000;
    const options: SampleOptions = {
      seed,
      model: seed % 4 === 0 ? "hand" : MODEL,
      labels: (seed * 5) % 3,
      missed: (seed * 7) % 11,
      falseAlarms: (seed * 3) % 7,
      sets: seed % 3 === 0 ? [] : ["validation"],
      facts: { recipe: { name: seed < 7 ? "residual-16k" : "separable-4k", digest: "0".repeat(64) } },
    };
    await register(registry, options);
  }
});

const list = (input: ListVersionsInput = {}): Version[] =>
  listVersions(registry.state, { first: 100, ...input }).edges.map(({ node }) => node);

const ids = (versions: readonly Version[]): string[] => versions.map(({ id }) => id);

describe("pages of versions", () => {
  const orders = VERSION_ORDER_FIELDS.flatMap((field) =>
    (["ASC", "DESC"] as const).map((direction): VersionOrder => ({ field, direction })),
  );

  test.each(orders)(
    "by $field $direction put together are the whole list, whatever the size of a page",
    (orderBy) => {
      const whole = list({ orderBy });
      expect(whole).toHaveLength(12);
      for (const first of [1, 2, 5, 11, 12]) {
        const seen: Version[] = [];
        for (let after: string | undefined; ; ) {
          const page = listVersions(registry.state, {
            orderBy,
            first,
            ...(after !== undefined && { after }),
          });
          expect(page.totalCount).toBe(12);
          seen.push(...page.edges.map(({ node }) => node));
          if (!page.hasNextPage) break;
          after = page.edges.at(-1)!.cursor;
        }
        expect(ids(seen)).toEqual(ids(whole));
      }
    },
  );

  test("go on after the same version when others were registered meanwhile", async () => {
    const opened = await openSample();
    for (let seed = 1; seed <= 4; seed++) {
      opened.clock.now += 1_000;
      await register(opened.registry, { seed });
    }
    const first = listVersions(opened.registry.state, { first: 2 });
    expect(ids(first.edges.map(({ node }) => node))).toEqual(["chest-xray@4", "chest-xray@3"]);
    opened.clock.now += 1_000;
    await register(opened.registry, { seed: 5 });
    const second = listVersions(opened.registry.state, { first: 2, after: first.edges[1]!.cursor });
    expect(ids(second.edges.map(({ node }) => node))).toEqual(["chest-xray@2", "chest-xray@1"]);
  });

  test("what was not evaluated comes last in either direction", () => {
    for (const direction of ["ASC", "DESC"] as const) {
      const evaluated = list({ orderBy: { field: "AUC", direction } }).map(({ evaluations }) =>
        evaluations.has("validation"),
      );
      expect(evaluated).toEqual([...Array(8).fill(true), ...Array(4).fill(false)]);
    }
    const aucs = list({ orderBy: { field: "AUC", direction: "DESC" } }).flatMap(
      ({ evaluations }) => evaluations.get("validation")?.auc.value ?? [],
    );
    expect(aucs).toEqual([...aucs].sort((a, b) => b - a));
  });

  test("a cursor of another order, and what is none, is refused; so is a page size out of range", () => {
    const { cursor } = listVersions(registry.state, { first: 1, orderBy: { field: "AUC", direction: "ASC" } })
      .edges[0]!;
    const newest = listVersions(registry.state, { first: 1 }).edges[0]!.cursor;
    const forge = (...key: unknown[]) =>
      Buffer.from(JSON.stringify(["versions by CREATED_AT DESC on validation", ...key])).toString(
        "base64url",
      );
    const [, time, model, number] = JSON.parse(Buffer.from(newest, "base64url").toString());
    expect(forge(time, model, number)).toBe(newest);
    const forged = [
      forge(time, model, `${number}`),
      forge(time, model, [number]),
      forge(0, model, number),
      forge("soon", model, number),
      forge(time, model, null),
      forge(time, { model }, number),
      `${newest}=`,
      ` ${newest}`,
      `${newest.slice(0, 4)}!${newest.slice(4)}`,
    ];
    for (const after of [cursor, "", "%%%", "bm90IGpzb24", ...forged]) {
      expect(() => listVersions(registry.state, { after })).toThrow(/no cursor of this list/);
    }
    for (const first of [0, -1, 101, 1.5]) {
      expect(() => listVersions(registry.state, { first })).toThrow(/expected 1 to 100/);
    }
  });
});

describe("filters", () => {
  test("hold all at once", () => {
    expect(ids(list({ filter: { model: { eq: "hand" } } })).sort()).toEqual(["hand@1", "hand@2", "hand@3"]);
    expect(list({ filter: { recipe: { contains: "separable" } } })).toHaveLength(6);
    expect(list({ filter: { model: { in: ["hand"] }, recipe: { eq: "residual-16k" } } })).toHaveLength(1);
    expect(list({ filter: { number: { in: [1, 3] }, model: { eq: MODEL } } })).toHaveLength(2);
    expect(list({ filter: { runId: { contains: "" } } })).toEqual([]);
    expect(list({ filter: { archived: true } })).toEqual([]);
    expect(list({ filter: { archived: false } })).toHaveLength(12);
  });

  test("by size and figures agree with each version's own", () => {
    const sizes = list().map(({ sizeBytes }) => sizeBytes);
    const middle = [...sizes].sort((a, b) => a - b)[5]!;
    expect(list({ filter: { sizeBytes: { lte: middle } } })).toHaveLength(
      sizes.filter((size) => size <= middle).length,
    );
    const auc = { gte: 0.998, lte: 1 };
    const expected = list().filter(
      ({ evaluations }) => (evaluations.get("validation")?.auc.value ?? 0) >= 0.998,
    );
    expect(ids(list({ filter: { auc } }))).toEqual(ids(expected));
    expect(expected.length).toBeGreaterThan(0);
    expect(list({ filter: { auc }, metricsOn: "test" })).toEqual([]);
  });

  test("by time of registration", () => {
    const from = "2026-11-24T08:03:00.000Z";
    expect(list({ filter: { createdAt: { gte: from, lte: "2026-11-24T09:05:00.000+01:00" } } })).toHaveLength(
      3,
    );
    for (const time of [
      "yesterday",
      "1",
      "2026",
      " 2026-11-24",
      "11/24/2026",
      "2026-02-30",
      "2026-11-24T09:05",
    ]) {
      expect(() => list({ filter: { createdAt: { gte: time } } })).toThrow(/expected an ISO 8601 time/);
      expect(() => list({ filter: { createdAt: { lte: time } } })).toThrow(/expected an ISO 8601 time/);
    }
  });
});

test("models by name; history newest first, in pages", async () => {
  expect(listModels(registry.state).edges.map(({ node }) => node.name)).toEqual([MODEL, "hand"]);
  for (const version of [1, 2, 4, 1]) {
    await promote(registry, {
      version: `${MODEL}@${version}`,
      reason: `to ${version}`,
      actor: ADA,
      force: true,
    });
  }
  const first = historyOf(registry.state, { model: MODEL, first: 3 });
  expect(first.edges.map(({ node }) => node.reason)).toEqual(["to 1", "to 4", "to 2"]);
  expect([first.totalCount, first.hasNextPage]).toEqual([4, true]);
  const second = historyOf(registry.state, { model: MODEL, first: 3, after: first.edges[2]!.cursor });
  expect(second.edges.map(({ node }) => node.reason)).toEqual(["to 1"]);
  expect(() => historyOf(registry.state, { model: "foot" })).toThrow(/does not exist/);
});

test("lineage goes up the parents that are registered, and ends at one that is not", async () => {
  const opened = await openSample();
  const parent = await register(opened.registry, { seed: 1, facts: { parent: "f".repeat(64) } });
  const child = await register(opened.registry, { seed: 2, facts: { parent: parent.artifact } });
  const grandchild = await register(opened.registry, { seed: 3, facts: { parent: child.artifact } });
  expect(ids(lineageOf(opened.registry.state, grandchild))).toEqual([grandchild.id, child.id, parent.id]);
});

describe("comparing", () => {
  test("counts the cases that tell two versions apart, and gives McNemar's p", async () => {
    const opened = await openSample();
    await register(opened.registry, { seed: 1, missed: 10, falseAlarms: 2 });
    await register(opened.registry, { seed: 2, missed: 4, falseAlarms: 5 });
    const { pairs, versions, images } = await compareVersions(opened.registry, {
      versions: ["chest-xray@1", "chest-xray@2"],
      on: "validation",
    });
    expect(versions.map(({ metrics }) => metrics.accuracy.value)).toEqual([288 / 300, 291 / 300]);
    expect(versions[0]?.metrics.images).toBe(images);
    // 6 ill that only the second calls right, 3 well that only the first does: p = 2·(1+9+36+84)/2^9
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ flipped: 9, onlyFirst: 3, onlySecond: 6 });
    expect(pairs[0]?.pValue).toBeCloseTo(260 / 512, 12);
  });

  test("refuses other images, a set without evaluation, and fewer than two", async () => {
    const opened = await openSample();
    await register(opened.registry, { seed: 1 });
    await register(opened.registry, { seed: 2, otherImages: true });
    const compare = (versions: string[], on = "validation") =>
      compareVersions(opened.registry, { versions, on });
    await expect(compare(["chest-xray@1", "chest-xray@2"])).rejects.toThrow(
      /evaluated on different validation images/,
    );
    await expect(compare(["chest-xray@1", "chest-xray@2"], "test")).rejects.toThrow(
      /has no evaluation on test/,
    );
    await expect(compare(["chest-xray@1"])).rejects.toThrow(/takes 2 to 10 different versions/);
    await expect(compare(["chest-xray@1", "chest-xray@1"])).rejects.toThrow(
      /takes 2 to 10 different versions/,
    );
    await expect(compare(["chest-xray@1", "chest-xray@7"])).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
