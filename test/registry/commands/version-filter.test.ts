import { digestOf } from "@radlite/registry/bundle";
import {
  findFront,
  findVersions,
  promote,
  type VersionFilter,
  type VersionOrder,
} from "@radlite/registry/commands";
import type { Registry } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { beforeAll, describe, expect, test } from "vitest";
import { ADA, openSample, register } from "./sample.ts";

const RATES = [0.003, 0.0003, undefined, 0.01, 0.0003, 0.001];

let registry: Registry;
let reads: string[];

/** Six versions: the second and third came of the first, the fourth learnt from the second; the third's recipe was not kept. */
beforeAll(async () => {
  const store = memoryStore();
  reads = [];
  const get = ((key: string, options: { ifNoneMatch?: string }) => {
    reads.push(key);
    return store.get(key, options);
  }) as ObjectStore["get"];
  ({ registry } = await openSample({ ...store, get }));
  const artifacts: string[] = [];
  for (const [i, rate] of RATES.entries()) {
    const text = `name: r${i}\narchitecture: { family: ${i % 2 ? "plain" : "residual"} }\nfit: { rate: ${rate} }\nstages: [{ name: prune, sparsity: 0.${i + 1} }]\n`;
    const digest = digestOf(text);
    if (rate !== undefined) await store.create(`recipes/${digest}.yaml`, new TextEncoder().encode(text));
    const facts = {
      recipe: { name: `r${i}`, digest },
      tags: { width: String(8 * (i % 3)), ...(i === 5 && { site: "Bonn" }) },
      stages: ["prune", "range"].slice(0, i % 3).map((name) => ({ name, options: {}, summary: {} })),
      ...((i === 1 || i === 2) && { parent: artifacts[0]! }),
      ...(i === 3 && { teacher: artifacts[1]! }),
    };
    const sets = i === 4 ? [] : ["validation"];
    artifacts.push((await register(registry, { seed: i + 1, missed: 10 * i, sets, facts })).artifact);
  }
  await promote(registry, { version: "chest-xray@1", reason: "the best", actor: ADA });
});

const DEFAULT_ORDER: VersionOrder = { field: "NUMBER", direction: "ASC" };

async function list(filter: VersionFilter, orderBy = DEFAULT_ORDER): Promise<number[]> {
  const { edges, totalCount } = await findVersions(registry, registry.state, { filter, orderBy, first: 100 });
  expect(totalCount).toBe(edges.length);
  return edges.map(({ node }) => node.number);
}

describe("a filter on", () => {
  test.each<[string, VersionFilter, number[]]>([
    ["seeds", { seed: { in: [2, 5] } }, [2, 5]],
    ["a beginning", { recipe: { startsWith: "r4" } }, [5]],
    ["a tag that is there", { tags: [{ key: "site" }] }, [6]],
    ["tags, all of them", { tags: [{ key: "width", value: { eq: "16" } }, { key: "site" }] }, [6]],
    ["a stage", { stages: { has: "prune" } }, [2, 3, 5, 6]],
    ["any stage of a list", { stages: { hasAny: ["range", "other"] } }, [3, 6]],
    ["all stages of a list", { stages: { hasAll: ["prune", "range"] } }, [3, 6]],
    ["no stage of a list", { stages: { hasNone: ["range"] } }, [1, 2, 4, 5]],
    ["an alias", { alias: { eq: "production" } }, [1]],
    ["sets", { evaluatedOn: { hasNone: ["validation"] } }, [5]],
    ["training images", { trainedOn: { eq: digestOf("training images") } }, [1, 2, 3, 4, 5, 6]],
    ["a teacher", { teacher: "chest-xray@2" }, [4]],
    ["an ancestor, over both ways", { ancestor: "chest-xray@1" }, [2, 3, 4]],
    ["a figure: none has none", { sensitivity: { gte: 0 } }, [1, 2, 3, 4, 6]],
    ["balanced accuracy", { balancedAccuracy: { gte: 0.95 } }, [1, 2, 3]],
    ["milliseconds", { latencyMs: { lte: 1.234 } }, []],
    ["an architecture", { architecture: { eq: "plain" } }, [2, 4, 6]],
    ["a number of the recipe, however written", { recipeFields: [{ path: "fit.rate", eq: "3e-4" }] }, [2, 5]],
    ["a range of it", { recipeFields: [{ path: "fit.rate", gte: 0.001, lte: 0.005 }] }, [1, 6]],
    [
      "a place in a list of it",
      { recipeFields: [{ path: "stages.0.sparsity", in: ["0.4", "0.6"] }] },
      [4, 6],
    ],
    ["what is not in it", { recipeFields: [{ path: "constructor.name", eq: "Object" }] }, []],
    ["one of two", { or: [{ seed: { eq: 1 } }, { architecture: { eq: "plain" } }] }, [1, 2, 4, 6]],
    ["one of none", { or: [] }, []],
    ["what is not so, or not known", { not: { architecture: { eq: "plain" } } }, [1, 3, 5]],
    [
      "one inside the other",
      {
        and: [{ not: { or: [{ not: { seed: { lte: 4 } } }, { stages: { has: "range" } }] } }],
        number: { gte: 2 },
      },
      [2, 4],
    ],
  ])("%s", async (_, filter, expected) => {
    expect(await list(filter)).toEqual(expected);
  });

  test.each<[string, VersionFilter, object]>([
    [
      "a fifth level",
      { not: { not: { not: { not: { not: {} } } } } },
      { code: "BAD_INPUT", message: /levels/ },
    ],
    [
      "65 conditions",
      { or: Array.from({ length: 33 }, (_, seed) => ({ seed: { eq: seed } })) },
      { code: "BAD_INPUT", message: /66 conditions, of 64/ },
    ],
    [
      "1,001 values in lists",
      { and: [{ seed: { in: [1] } }], runId: { in: Array.from({ length: 1_000 }, (_, i) => `${i}`) } },
      { code: "BAD_INPUT", message: /1001 values, of 1000/ },
    ],
    [
      "a path that is none",
      { recipeFields: [{ path: "fit..rate" }] },
      { code: "BAD_INPUT", message: /no field/ },
    ],
    ["a set that nobody knows", { evaluatedOn: { has: "wards" } }, { code: "BAD_INPUT" }],
    ["a version that is not there", { ancestor: "chest-xray@9" }, { code: "NOT_FOUND" }],
  ])("%s is refused", async (_, filter, { message, ...error }: { message?: RegExp }) => {
    const asked = list(filter);
    await expect(asked).rejects.toMatchObject(error);
    if (message) await expect(asked).rejects.toThrow(message);
  });
});

test("recipes are read for those alone about whom the rest does not decide, and once", async () => {
  const [, second] = [...registry.state.models.get("chest-xray")!.versions];
  const fresh = { ...registry }; // nothing is read of it yet
  reads.length = 0;
  const filter: VersionFilter = { architecture: { eq: "plain" }, seed: { eq: 2 } };
  for (let time = 0; time < 2; time++) await findVersions(fresh, registry.state, { filter });

  expect(reads).toEqual([`recipes/${second!.recipeDigest}.yaml`]);
});

test("by a field of the recipe both ways, those without it last; by exactly one of two", async () => {
  expect(await list({}, { recipePath: "fit.rate", direction: "ASC" })).toEqual([2, 5, 6, 1, 4, 3]);
  expect(await list({}, { recipePath: "fit.rate", direction: "DESC" })).toEqual([4, 1, 6, 2, 5, 3]);
  expect(await list({}, { field: "BALANCED_ACCURACY", direction: "DESC" })).toEqual([1, 2, 3, 4, 6, 5]);
  const both: VersionOrder = { field: "AUC", recipePath: "fit.rate", direction: "ASC" };
  for (const order of [both, { direction: "ASC" } as const])
    await expect(list({}, order)).rejects.toMatchObject({ code: "BAD_INPUT" });
});

test("a front has its best rows where not all are wanted, and says who is left out", async () => {
  const input = { model: "chest-xray", on: "validation", cost: "parameters", worth: "sensitivity" } as const;
  const front = await findFront(registry, registry.state, { ...input, first: 2 });

  expect(front.rows.map(({ versions, onFront }) => [versions[0]!.number, onFront])).toEqual([
    [1, true],
    [2, false],
  ]);
  expect(front).toMatchObject({ totalCount: 5, leftOutCount: 1 });
  expect(front.leftOut.map(({ number }) => number)).toEqual([5]);
  const plain = await findFront(registry, registry.state, {
    ...input,
    filter: { architecture: { eq: "plain" } },
  });
  expect(plain.rows.map(({ versions }) => versions[0]!.number)).toEqual([2, 4, 6]);
});
