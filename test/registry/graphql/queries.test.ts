/**
 * What docs/queries.md asks, over HTTP and as it stands there, of a registry with the shipped models; every answer is
 * computed again from the cases of their bundles.
 */
import { readFile } from "node:fs/promises";
import { startStandaloneServer } from "@apollo/server/standalone";
import { createGraphqlServer } from "@radlite/functions/serving";
import { listTeachers } from "@radlite/registry/bundle";
import { finishRun, seedRegistry, startRun } from "@radlite/registry/commands";
import { createContext } from "@radlite/registry/graphql";
import { openRegistry, type Registry, type Version } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import supertest from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADA, register, SILENT } from "../commands/sample.ts";
import { validateRecipe } from "./client.ts";
import {
  auc,
  count,
  figures,
  followKin,
  mcnemarP,
  mean,
  readShipped,
  SHIPPED,
  type ShippedVersion,
} from "./shipped-cases.ts";

const SETS = ["validation", "test"];
const MODEL = "chest-xray";

let registry: Registry;
let server: ReturnType<typeof createGraphqlServer>;
let url: string;
let shipped: Map<string, ShippedVersion>;
/** Registered in a run, judged on nothing. */
let unjudged: Version;
let runId: string;
let versions: readonly Version[];
const operations = new Map<string, string>();
const asked = new Set<string>();

beforeAll(async () => {
  registry = await openRegistry({ store: memoryStore(), logger: SILENT });
  await seedRegistry(registry, SHIPPED);
  const recipe = { name: "tiny", digest: "0".repeat(64) };
  const run = { model: MODEL, recipe, dataset: MODEL, executor: "cli", actor: ADA };
  ({ id: runId } = await startRun(registry, run));
  unjudged = await register(registry, { seed: 1, sets: [], runId });
  await finishRun(registry, { runId, outcome: "SUCCEEDED", version: unjudged.id, actor: ADA });
  await startRun(registry, { ...run, dataset: "elsewhere" });
  shipped = await readShipped(SETS);
  versions = [...registry.state.models.get(MODEL)!.versions].filter(({ id }) => id !== unjudged.id);
  server = createGraphqlServer({ introspection: true, log: () => {} });
  const startTraining = () => Promise.reject(new Error("no training here"));
  ({ url } = await startStandaloneServer(server, {
    listen: { port: 0, host: "127.0.0.1" },
    context: () =>
      createContext({ registry, actor: { name: "eve", role: "viewer" }, startTraining, validateRecipe }),
  }));
  const page = await readFile("docs/queries.md", "utf8");
  for (const [, title, operation] of page.matchAll(/^## (.+)\n[^#]*?```graphql\n([\s\S]*?)```/gm)) {
    operations.set(title!, operation!);
  }
}, 300_000);

afterAll(() => server.stop());

// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
async function ask(title: string, variables: object = {}): Promise<any> {
  asked.add(title);
  const { body, status } = await supertest(url)
    .post("/")
    .send({ query: operations.get(title), variables });
  expect(body.errors).toBeUndefined();
  expect(status).toBe(200);
  return body.data;
}

const bundleOf = ({ artifact }: { artifact: string }): ShippedVersion => shipped.get(artifact)!;
const byId = (id: string): ShippedVersion => bundleOf(versions.find((version) => version.id === id)!);
const byRecipe = (name: string, isParent = false): Version =>
  versions.find(({ recipe, stageNames }) => recipe === name && (stageNames.length === 0) === isParent)!;
const idsOf = (connection: { edges: { node: { id: string } }[] }): string[] =>
  connection.edges.map(({ node }) => node.id);
const ids = (of: readonly Version[]): string[] => of.map(({ id }) => id);
const inOrder = (of: readonly Version[], key: (version: Version) => number): Version[] =>
  [...of].sort((a, b) => key(a) - key(b) || a.number - b.number);

test("the smallest with an AUC of at least 0.98", async () => {
  for (const on of SETS) {
    const { versions: answer } = await ask("The smallest with an AUC of at least 0.98", { on });

    const good = versions.filter((version) => auc(bundleOf(version).on[on]!) >= 0.98);
    expect(answer.totalCount).toBe(good.length);
    const smallest = inOrder(good, (version) => bundleOf(version).facts.sizeBytes)[0]!;
    const [{ node }] = answer.edges;
    expect(node).toMatchObject({ id: smallest.id, sizeBytes: smallest.sizeBytes });
    expect(node.metrics.auc.value).toBeCloseTo(auc(bundleOf(smallest).on[on]!), 6);
  }
});

test("what a stage cost in specificity", async () => {
  const { versions: answer } = await ask("What a stage cost in specificity");

  const pruned = versions.filter((version) =>
    bundleOf(version).facts.stages.some(({ name }) => name === "prune"),
  );
  expect(pruned.length).toBeGreaterThan(10);
  expect(idsOf(answer)).toEqual(ids(inOrder(pruned, ({ sizeBytes }) => sizeBytes)));
  for (const { node } of answer.edges) {
    const { facts, on } = byId(node.id);
    const parent = shipped.get(facts.parent!);
    expect(node.metrics.specificity.value).toBeCloseTo(figures(on.test!).specificity, 12);
    if (!parent) {
      expect(node.parent).toBeNull(); // it did not come along
      continue;
    }
    expect(node.parent.metrics.specificity.value).toBeCloseTo(figures(parent.on.test!).specificity, 12);
    expect(node.parent.metrics.images).toBe(node.metrics.images);
  }
});

test("which runs and versions used a data set", async () => {
  const title = "Which runs and versions used a data set";
  const images = bundleOf(versions[0]!).facts.trainedOn.images;
  const { runs, versions: named } = await ask(title, { images: "0".repeat(64) });
  const { versions: found } = await ask(title, { dataset: "no such name" });

  expect(runs.totalCount).toBe(1); // another one is on another data set
  expect(runs.edges[0].node).toMatchObject({
    ...{ id: runId, recipe: "tiny", status: "SUCCEEDED", startedBy: "ada", version: { id: unjudged.id } },
  });
  expect(idsOf(named)).toEqual([unjudged.id]);
  const same = versions.filter((version) => bundleOf(version).facts.trainedOn.images === images);
  expect(found.totalCount).toBe(same.length);
  for (const { node } of found.edges) expect(node.provenance.trainingImages).toBe(images);
});

test("or, not, beginnings and ranges", async () => {
  const { versions: answer } = await ask("Or, not, beginnings and ranges");

  const expected = [...versions, unjudged].filter((version) => {
    const { facts, on } = bundleOf(version) ?? { on: {} };
    const [name, size] = [version.recipe, version.sizeBytes];
    const isEither = name.startsWith("residual-64-pruned") || (size >= 2000 && size <= 8000);
    const isQuantised = facts?.stages.some((stage) => stage.name === "quantise") ?? false;
    return isEither && !isQuantised && !(on.test && figures(on.test).balancedAccuracy <= 0.8);
  });
  expect(expected.length).toBeGreaterThan(5);
  expect(idsOf(answer)).toEqual(ids(expected));
  expect(answer.totalCount).toBe(expected.length);
});

test("by tag, stage, recipe, architecture and seed", async () => {
  const { versions: answer } = await ask("By tag, stage, recipe, architecture and seed");

  const expected = versions.filter((version) => {
    const { facts, recipe } = bundleOf(version);
    const stages = facts.stages.map(({ name }) => name);
    return (
      ["1", "2"].includes(facts.tags.testLooks!) &&
      stages.includes("prune") &&
      stages.includes("range") &&
      !stages.includes("factor") &&
      facts.recipe.name.includes("pruned") &&
      recipe.architecture.family === "residual" &&
      [1, 2].includes(facts.seed)
    );
  });
  expect(expected.length).toBeGreaterThan(3);
  expect(idsOf(answer)).toEqual(ids(expected));
  for (const { node } of answer.edges) expect(node.provenance.seed).toBe(byId(node.id).facts.seed);
});

test("where a version came from, and what came of it", async () => {
  const title = "Where a version came from, and what came of it";
  const parent = byRecipe("residual-64", true);
  const child = byRecipe("residual-64-pruned");
  for (const { id, artifact } of [parent, child]) {
    const { lineage, version, versions: descendants } = await ask(title, { version: id });

    const [before, after] = [followKin(shipped, artifact, false), followKin(shipped, artifact, true)];
    const known = (digests: Iterable<string>) =>
      ids(versions.filter((one) => new Set(digests).has(one.artifact)));
    expect(idsOf(descendants)).toEqual(known(after));
    const nodes = known([artifact, ...before, ...after]);
    expect(lineage.nodes.map((node: Version) => node.id).toSorted()).toEqual(nodes.toSorted());
    const edges = nodes.flatMap((from) => {
      const { facts } = byId(from);
      const to = (digest: string | undefined) => nodes.find((node) => byId(node).facts.sha256 === digest);
      return [
        { from, to: to(facts.parent), kind: "COMPRESSED_FROM" },
        ...listTeachers(facts).map((teacher) => ({ from, to: to(teacher), kind: "TAUGHT_BY" })),
      ].filter((edge) => edge.to !== undefined);
    });
    expect(new Set(lineage.edges.map((edge: object) => JSON.stringify(edge)))).toEqual(
      new Set(edges.map((edge) => JSON.stringify(edge))),
    );
    const children = versions.filter((one) => bundleOf(one).facts.parent === artifact);
    expect(idsOf(version.children).toSorted()).toEqual(ids(children).slice(0, 20).toSorted());
    expect(version.children.totalCount).toBe(children.length);
    expect(version.parent?.id).toBe(versions.find((one) => one.artifact === byId(id).facts.parent)?.id);
  }
});

test("the Pareto front by bytes, multiplications or milliseconds", async () => {
  const fronts = await ask("The Pareto front by bytes, multiplications or milliseconds");

  const costs = {
    bytes: ({ facts }: ShippedVersion) => facts.sizeBytes,
    macs: ({ facts }: ShippedVersion) => facts.macs,
    ms: ({ on }: ShippedVersion) => Math.round(on.test!.latencyMs * 1000) / 1000,
  };
  for (const [name, costOf] of Object.entries(costs)) {
    const { rows, leftOut, leftOutCount, images, totalCount } = fronts[name];
    expect(rows).toHaveLength(versions.length);
    expect(totalCount).toBe(versions.length);
    expect(leftOut).toEqual([{ id: unjudged.id }]);
    expect(leftOutCount).toBe(1);
    expect(images).toBe(bundleOf(versions[0]!).on.test!.images);
    const points = versions.map((version) => {
      const bundle = bundleOf(version);
      return { id: version.id, cost: costOf(bundle), worth: Math.round(auc(bundle.on.test!) * 1e6) / 1e6 };
    });
    const unbeaten = points.filter(
      ({ cost, worth }) =>
        !points.some((b) => b.cost <= cost && b.worth >= worth && (b.cost < cost || b.worth > worth)),
    );
    const onFront = rows.filter((row: { onFront: boolean }) => row.onFront);
    expect(onFront.map((row: { versions: Version[] }) => row.versions[0]!.id).toSorted()).toEqual(
      unbeaten.map(({ id }) => id).toSorted(),
    );
    const listed = rows.map((row: { cost: { mean: number } }) => row.cost.mean);
    expect(listed).toEqual(listed.toSorted((a: number, b: number) => a - b));
  }
});

test("which radiographs flipped", async () => {
  const version = byRecipe("residual-64-pruned");
  const { on, facts } = bundleOf(version);
  const against = versions.find(({ artifact }) => artifact === facts.parent)!;
  const { damage } = await ask("Which radiographs flipped", { version: version.id, against: against.id });

  const [child, parent] = [on.test!, bundleOf(against).on.test!];
  const before = new Map(parent.cases.map((one) => [one.sha256, one]));
  const isRight = (one: { probability: number; label: string }, { threshold }: { threshold: number }) =>
    one.probability >= Math.fround(threshold) === (one.label === "PNEUMONIA");
  const flipped = child.cases.filter(
    (one) => isRight(one, child) !== isRight(before.get(one.sha256)!, parent),
  );
  expect(flipped.length).toBeGreaterThan(0);
  expect(damage).toMatchObject({ n: child.cases.length, images: child.images, flipCount: flipped.length });
  expect(damage.flips.map(({ image }: { image: string }) => image).toSorted()).toEqual(
    flipped.map(({ sha256 }) => sha256).toSorted(),
  );
  for (const flip of damage.flips) {
    const one = child.cases.find(({ sha256 }) => sha256 === flip.image)!;
    expect(flip).toMatchObject({
      ...{ label: one.label, subgroup: one.subgroup ?? null },
      ...{ before: before.get(one.sha256)!.probability, after: one.probability },
    });
  }
  const wins = (cases: typeof child.cases) => ({
    onlyBefore: cases.filter((one) => !isRight(one, child)).length,
    onlyAfter: cases.filter((one) => isRight(one, child)).length,
  });
  const { onlyBefore, onlyAfter } = wins(flipped);
  expect(damage).toMatchObject({ onlyBefore, onlyAfter });
  expect(damage.pValue).toBeCloseTo(mcnemarP(onlyBefore, onlyAfter), 12);
  const kinds = ["NORMAL", "PNEUMONIA, bacteria", "PNEUMONIA, virus"];
  expect(damage.subgroups.map(({ name }: { name: string }) => name)).toEqual(kinds);
  for (const { name, n, pValue, ...counts } of damage.subgroups) {
    const own = child.cases.filter(
      ({ label, subgroup }) => name === [label, subgroup].filter(Boolean).join(", "),
    );
    expect(n).toBe(own.length);
    expect(counts).toEqual(wins(own.filter((one) => flipped.includes(one))));
    expect(pValue).toBeCloseTo(mcnemarP(counts.onlyBefore, counts.onlyAfter), 12);
  }
  const shifts = child.cases.map((one) => one.probability - before.get(one.sha256)!.probability);
  expect(damage.probabilityShift.mean).toBeCloseTo(mean(shifts), 12);
  expect(damage.probabilityShift.low).toBe(Math.min(...shifts));
  expect(damage.probabilityShift.high).toBe(Math.max(...shifts));
  expect([damage.eceBefore, damage.eceAfter].every((ece) => ece > 0 && ece < 0.5)).toBe(true);
});

test("the spread over seeds", async () => {
  const { paretoFront } = await ask("The spread over seeds");

  const same = versions.filter((version) => {
    const { facts } = bundleOf(version);
    return facts.recipe.name === "residual-64-robust" && facts.stages.some(({ name }) => name === "range");
  });
  const [row] = paretoFront.rows;
  expect(paretoFront.rows).toHaveLength(1);
  expect(row.seeds).toBe(3);
  expect(
    row.versions.map((version: { provenance: { seed: number } }) => version.provenance.seed).toSorted(),
  ).toEqual([1, 2, 3]);
  const worths = same.map((version) => figures(bundleOf(version).on.test!).accuracy);
  expect(row.worth.mean).toBeCloseTo(mean(worths), 12);
  expect(row.worth.low).toBeCloseTo(Math.min(...worths), 12);
  const squares = worths.map((worth) => (worth - mean(worths)) ** 2);
  expect(row.worth.deviation).toBeCloseTo(Math.sqrt((mean(squares) * 3) / 2), 12);
  expect(row.cost.mean).toBeCloseTo(mean(same.map(({ sizeBytes }) => sizeBytes)), 9);
});

test("the fastest", async () => {
  const { versions: answer } = await ask("The fastest");

  const latency = (version: Version) => Math.round(bundleOf(version).on.test!.latencyMs * 1000) / 1000;
  const good = versions.filter((version) => auc(bundleOf(version).on.test!) >= 0.97);
  expect(idsOf(answer)).toEqual(ids(inOrder(good, latency)).slice(0, 3));
  expect(answer.edges[0].node.metrics.latencyMs).toBe(Math.min(...good.map(latency)));
});

test("the ROC curve, and figures at other thresholds", async () => {
  const version = byRecipe("residual-64-pruned");
  const { metrics } = (
    await ask("The ROC curve, and figures at other thresholds", {
      version: version.id,
    })
  ).version;

  const evaluation = bundleOf(version).on.test!;
  const at = (threshold: number) => figures(evaluation, threshold);
  expect(metrics.roc).toHaveLength(50);
  for (const { threshold, sensitivity, specificity } of metrics.roc) {
    expect(at(threshold)).toMatchObject({ sensitivity, specificity });
  }
  expect(metrics.roc[0]).toMatchObject({ sensitivity: 0, specificity: 1 });
  expect(metrics.roc.at(-1)).toMatchObject({ sensitivity: 1, specificity: 0 });
  const { sparing, catching, strict, bacteria } = metrics;
  const scores = [...new Set(evaluation.cases.map(({ probability }) => probability))].sort((a, b) => a - b);
  // The best of all thresholds between two scores, and above them.
  const thresholds = [...scores, 2];
  const spared = thresholds.find((threshold) => at(threshold).specificity >= 0.95)!;
  expect(sparing.sensitivity.value).toBe(at(spared).sensitivity);
  expect(sparing.specificity.value).toBe(at(spared).specificity);
  expect(at(sparing.threshold)).toMatchObject({ specificity: sparing.specificity.value });
  expect(at(sparing.threshold - 1e-9).specificity).toBeLessThan(0.95);
  const caught = thresholds.findLast((threshold) => at(threshold).sensitivity >= 0.99)!;
  expect(catching.threshold).toBe(caught);
  expect(catching.specificity.value).toBe(at(caught).specificity);
  expect(strict.confusion).toEqual(count(evaluation.cases, 0.8));
  const some = evaluation.cases.filter(
    ({ label, subgroup }) => label === "NORMAL" || subgroup === "bacteria",
  );
  const own = figures({ ...evaluation, cases: some });
  expect(bacteria).toMatchObject({
    ...{ n: some.length, sensitivity: { value: own.sensitivity } },
    specificity: { value: own.specificity },
  });
});

test("which learning rate or input size was best", async () => {
  const { best, byRate } = await ask("Which learning rate or input size was best");

  const rate = (version: Version): number | undefined => bundleOf(version)?.recipe.fit?.rate;
  const wanted = versions.filter(
    (version) => rate(version)! >= 0.001 && [32, 64].includes(bundleOf(version).recipe.input.size),
  );
  const worth = (version: Version) => -Math.round(auc(bundleOf(version).on.validation!) * 1e6);
  expect(best.totalCount).toBe(wanted.length);
  expect(idsOf(best)).toEqual(ids(inOrder(wanted, worth)).slice(0, 10));
  for (const { node } of best.edges) {
    expect(Number(node.rate)).toBe(byId(node.id).recipe.fit.rate);
    expect(Number(node.size)).toBe(byId(node.id).recipe.input.size);
  }
  const said = [...versions, unjudged].toSorted(
    (a, b) => (rate(b) ?? -1) - (rate(a) ?? -1) || a.number - b.number,
  );
  expect(idsOf(byRate)).toEqual(ids(said)); // without a recipe last
  expect(byRate.edges.at(-1).node).toMatchObject({ id: unjudged.id, rate: null });
});

test("every question of the page finds something as it stands", async () => {
  for (const title of operations.keys()) {
    const text = JSON.stringify(await ask(title));
    expect(text, title).toMatch(/chest-xray@\d|"(n|threshold)":[0-9.]+/);
    expect(text, title).not.toMatch(/"(damage|version|lineage)":null|"edges":\[\]\}\}$/);
  }
});

test("every question of the page was asked", () => {
  expect(operations.size).toBe(12);
  expect([...asked].toSorted()).toEqual([...operations.keys()].toSorted());
});
