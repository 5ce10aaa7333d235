/** What lists and policies answer from indexes is what a look at every version says, whatever was committed before. */
import { listVersions, metricsOf, smallestAccurate, type VersionFilter } from "@radlite/registry/commands";
import {
  commit,
  openRegistry,
  type Policy,
  type Registry,
  type RegistryEvent,
  SEGMENT_LENGTH,
  type State,
  type Version,
} from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { evaluationRecorded, hash, modelCreated, timeOf, versionRegistered } from "../log/sample-events.ts";
import { SILENT } from "./sample.ts";

const MODELS = { hand: 300, "chest-xray": SEGMENT_LENGTH + 200 };
const SET = "validation";

/** Few values, so that many versions are equal. */
const draw = (seed: number, values: number): number => (Math.imul(seed + 1, 0x9e3779b1) >>> 8) % values;

const confusion = (seed: number) => ({
  truePositives: 90 + draw(seed, 10),
  falseNegatives: 10,
  trueNegatives: 80 + draw(seed + 7, 5),
  falsePositives: 5,
});

function versionOf(model: string, number: number, seed: number): RegistryEvent[] {
  const { operatingPoint, ...unsealed } = versionRegistered(number, {
    model,
    artifact: hash(seed + 1),
    sizeBytes: 1_000 + draw(seed, 20),
    at: timeOf(draw(seed, 300)),
    seed: draw(seed, 3),
  });
  const isSealed = draw(seed, 11) > 0;
  return [
    isSealed ? { ...unsealed, operatingPoint: operatingPoint! } : unsealed,
    ...evaluate(model, number, seed),
  ];
}

function evaluate(model: string, number: number, seed: number): RegistryEvent[] {
  if (draw(seed + 3, 7) === 0) return [];
  const value = (900 + draw(seed + 1, 90)) / 1_000;
  const auc = { value, low: value - 0.02, high: 1 };
  return [evaluationRecorded(number, { model, set: SET, auc, confusion: confusion(seed) })];
}

let store: ObjectStore;
let registry: Registry;

const write = (...events: RegistryEvent[]): Promise<void> =>
  commit(registry, () => ({ events, answer: () => undefined }));

beforeAll(async () => {
  store = memoryStore();
  registry = await openRegistry({ store, logger: SILENT, snapshotEvery: 1 });
  const names = Object.entries(MODELS);
  const versions = names.flatMap(([model, count]) =>
    Array.from({ length: count }, (_, i) => versionOf(model, i + 1, i * 3 + count)).flat(),
  );
  await write(...names.map(([model]) => modelCreated(model)), ...versions);
  await registry.snapshotsWritten;
});

const limits = (values: fc.Arbitrary<number>) =>
  fc.record(
    { gte: values, lte: values, eq: values, in: fc.array(values, { maxLength: 3 }) },
    { requiredKeys: [] },
  );
const simple = fc.record(
  {
    model: fc.record({ eq: fc.constantFrom("hand", "chest-xray") }),
    sizeBytes: limits(fc.integer({ min: 1_000, max: 1_020 })),
    seed: limits(fc.integer({ min: 0, max: 2 })),
    number: limits(fc.integer({ min: 1, max: 700 })),
    auc: limits(fc.integer({ min: 900, max: 990 }).map((n) => n / 1_000)),
    sensitivity: limits(fc.constantFrom(0.9, 0.905, 0.91)),
    archived: fc.boolean(),
  },
  { requiredKeys: [] },
);
const filters: fc.Arbitrary<VersionFilter> = fc.oneof(
  simple,
  fc.tuple(simple, simple).map(([a, b]) => ({ ...a, and: [b] })),
  fc.tuple(simple, simple, simple).map(([a, b, c]) => ({ or: [a, { not: b }], and: [c] })),
);

type Limits = { gte?: number; lte?: number; eq?: number; in?: readonly number[] };

function isWithin(value: number | undefined, { gte, lte, eq, in: among }: Limits = {}): boolean {
  if ([gte, lte, eq, among].every((limit) => limit === undefined)) return true;
  if (value === undefined) return false;
  return !(
    (gte !== undefined && value < gte) ||
    (lte !== undefined && value > lte) ||
    (eq !== undefined && value !== eq) ||
    (among !== undefined && !among.includes(value))
  );
}

function matches(version: Version, filter: VersionFilter): boolean {
  const metrics = metricsOf(version, SET);
  return (
    (filter.model?.eq ?? version.model) === version.model &&
    isWithin(version.sizeBytes, filter.sizeBytes) &&
    isWithin(version.seed, filter.seed) &&
    isWithin(version.number, filter.number) &&
    isWithin(metrics?.auc.value, filter.auc) &&
    isWithin(metrics?.sensitivity.value, filter.sensitivity) &&
    (filter.archived === undefined || filter.archived === (version.archivedAt !== undefined)) &&
    (filter.and ?? []).every((part) => matches(version, part)) &&
    (filter.or === undefined || filter.or.some((part) => matches(version, part))) &&
    (filter.not === undefined || !matches(version, filter.not))
  );
}

const ORDERS = {
  CREATED_AT: ({ createdAt }: Version) => Date.parse(createdAt),
  SIZE_BYTES: ({ sizeBytes }: Version) => sizeBytes,
  NUMBER: ({ number }: Version) => number,
  AUC: (version: Version) => metricsOf(version, SET)?.auc.value,
  SPECIFICITY: (version: Version) => metricsOf(version, SET)?.specificity.value,
} as const;

type Field = keyof typeof ORDERS;
type Direction = "ASC" | "DESC";

const all = (state: State): Version[] => [...state.models.values()].flatMap(({ versions }) => [...versions]);

function bruteForce(state: State, filter: VersionFilter, field: Field, direction: Direction): string[] {
  const read = ORDERS[field];
  const keyed = all(state)
    .filter((version) => matches(version, filter))
    .map((version) => ({ version, value: read(version) }));
  const sign = direction === "ASC" ? 1 : -1;
  const sorted = keyed.sort(
    (a, b) =>
      Number(a.value === undefined) - Number(b.value === undefined) ||
      sign * ((a.value ?? 0) - (b.value ?? 0)) ||
      (a.version.model < b.version.model ? -1 : a.version.model > b.version.model ? 1 : 0) ||
      a.version.number - b.version.number,
  );
  return sorted.map(({ version }) => version.id);
}

/** All pages, one after the other. */
function readPages(state: State, filter: VersionFilter, field: Field, direction: Direction) {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = listVersions(state, {
      filter,
      orderBy: { field, direction },
      first: 100,
      ...(after !== undefined && { after }),
    });
    ids.push(...page.edges.map(({ node }) => node.id));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) return { ids, total: page.totalCount };
  }
}

function bruteSmallest(state: State, model: string, { rules, dropOn }: Policy): string | undefined {
  const passing = [...state.models.get(model)!.versions].filter(
    (version) =>
      version.operatingPoint &&
      version.archivedAt === undefined &&
      rules.every(({ set, figure, bound, min }) => (metricsOf(version, set)?.[figure][bound] ?? -1) >= min),
  );
  const aucOf = ({ evaluations }: Version) => evaluations.get(dropOn)?.auc.value ?? 0;
  return passing.sort((a, b) => a.sizeBytes - b.sizeBytes || aucOf(b) - aucOf(a) || a.number - b.number)[0]
    ?.id;
}

const changes = fc.array(
  fc.record({
    model: fc.constantFrom("hand", "chest-xray"),
    kind: fc.constantFrom("register", "evaluate", "archive"),
    pick: fc.nat(10_000),
  }),
  { maxLength: 3 },
);

const policies: fc.Arbitrary<Policy> = fc
  .record({
    auc: fc.integer({ min: 850, max: 990 }),
    sensitivity: fc.constantFrom(0.8, 0.9, 0.907),
    bound: fc.constantFrom("low", "value"),
  })
  .map(({ auc, sensitivity, bound }) => ({
    rules: [
      { set: SET, figure: "auc", bound, min: auc / 1_000 },
      { set: SET, figure: "sensitivity", bound, min: sensitivity - 0.05 },
    ],
    maxAucDrop: 0.01,
    dropOn: SET,
  }));

test("pages, counts and the smallest accurate version, in memory and opened over a snapshot", async () => {
  await fc.assert(
    fc.asyncProperty(
      ...([changes, filters, policies] as const),
      ...([
        fc.constantFrom(...(Object.keys(ORDERS) as Field[])),
        fc.constantFrom<Direction>("ASC", "DESC"),
      ] as const),
      async (wishes, filter, policy, field, direction) => {
        for (const { model, kind, pick } of wishes) {
          const { length } = registry.state.models.get(model)!.versions;
          const number = (pick % length) + 1;
          if (kind === "register") await write(...versionOf(model, length + 1, pick));
          else if (kind === "evaluate") await write(...evaluate(model, number, pick));
          else
            await write({
              ...evaluationRecorded(number, { model }),
              kind: "VersionArchived",
              eventVersion: 1,
              reason: "old",
            } as RegistryEvent);
        }
        await registry.snapshotsWritten;
        const opened = await openRegistry({ store, logger: SILENT });
        for (const { state } of [registry, opened]) {
          const expected = bruteForce(registry.state, filter, field, direction);
          expect(readPages(state, filter, field, direction)).toEqual({
            ids: expected,
            total: expected.length,
          });
          for (const model of Object.keys(MODELS)) {
            expect(smallestAccurate(state, { model, policy })?.id).toBe(
              bruteSmallest(registry.state, model, policy),
            );
          }
        }
      },
    ),
    { numRuns: 25, seed: 4 },
  );
});

test("pages of all versions, over full segments that wait for their turn, change with what is committed", async () => {
  const count = 2 * SEGMENT_LENGTH + 40;
  const versions = Array.from({ length: count }, (_, i) => versionOf("full", i + 1, i)).flat();
  await write(modelCreated("full"), ...versions);
  // better than all of a full segment, in the middle of another, and one more at the end
  const changesOfThem = [
    [...versionOf("full", count + 1, 5)],
    [evaluationRecorded(700, { model: "full", set: SET, auc: { value: 0.999, low: 0.9, high: 1 } })],
    versionOf("hand", registry.state.models.get("hand")!.versions.length + 1, 9),
  ];
  for (const events of changesOfThem) {
    await write(...events);
    for (const field of ["CREATED_AT", "AUC"] as const) {
      for (const direction of ["ASC", "DESC"] as const) {
        const expected = bruteForce(registry.state, {}, field, direction);
        expect(readPages(registry.state, {}, field, direction)).toEqual({
          ids: expected,
          total: expected.length,
        });
      }
    }
  }
});
