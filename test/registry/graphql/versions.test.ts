import { calibrationError, calibrationFloor } from "@radlite/model/statistics";
import { STRESS_LISTS } from "@radlite/registry/bundle";
import { recordEvaluation, uploadArtifact } from "@radlite/registry/commands";
import { expect, test } from "vitest";
import {
  ADA,
  addVersion,
  createArtifact,
  createCases,
  createChestRegistry,
  createEvaluation,
  createFacts,
  MODEL,
  sha256,
} from "./chest-xray.ts";
import { createClient } from "./client.ts";

const IDS = `query ($filter: VersionFilter, $orderBy: VersionOrder, $first: Int! = 20, $after: String) {
  versions(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id } }
  }
}`;

const idsOf = (connection: { edges: { node: { id: string } }[] }) =>
  connection.edges.map(({ node }) => node.id);

test("a version shows where it came from and what was found of it", async () => {
  const registry = await createChestRegistry();
  const parent = await addVersion(registry, { seed: 1 });
  const { id, artifact } = await addVersion(registry, {
    seed: 2,
    wrong: 2,
    parent: parent.artifact,
    tags: { purpose: "demo", author: "ada" },
  });
  const ask = createClient(registry);

  const { data, errors } = await ask(
    `query ($id: ID!) { version(id: $id) {
      id number sha256 sizeBytes parameters macs recipe createdAt createdBy archivedAt
      model { id name } operatingPoint { temperature threshold thresholdRule }
      tags { key value } stages { name options summary } parent { id } teacher { id } run { id }
      provenance { recipeDigest seed trainingImages trainingCount backend }
      metrics(on: "validation") {
        n images ece latencyMs threshold thresholdRule
        accuracy { value } sensitivity { value low high } specificity { value } auc { value }
        confusion { truePositives falseNegatives trueNegatives falsePositives }
      }
      test: metrics(on: "test") { n }
    } }`,
    { id },
  );

  expect(errors).toBeUndefined();
  expect(data.version).toMatchObject({
    id: "chest-xray@2",
    number: 2,
    sha256: artifact,
    sizeBytes: createArtifact({ seed: 2 }).length,
    parameters: 1,
    macs: 1,
    recipe: "tiny",
    createdBy: "ada",
    archivedAt: null,
    model: { id: MODEL, name: MODEL },
    operatingPoint: { temperature: 1, threshold: 0.5, thresholdRule: "half" },
    tags: [
      { key: "author", value: "ada" },
      { key: "purpose", value: "demo" },
    ],
    stages: [
      { name: "cluster", options: { bits: 4 }, summary: { bitsPerWeight: 4.5 } },
      { name: "huffman", options: {}, summary: { bitsPerWeight: 3.75 } },
    ],
    parent: { id: "chest-xray@1" },
    teacher: null,
    run: null,
    provenance: {
      recipeDigest: sha256("tiny.yaml"),
      seed: 2,
      trainingImages: sha256("the training set"),
      trainingCount: 4708,
      backend: "tensorflow 2.15.1 cpu",
    },
    test: null,
  });
  const { metrics } = data.version;
  expect(metrics).toMatchObject({
    n: 200,
    latencyMs: 1.5,
    threshold: 0.5,
    thresholdRule: "half",
    accuracy: { value: 0.98 },
    specificity: { value: 0.98 },
    auc: { value: 0.9996 }, // 1 - 0.02^2
    confusion: { truePositives: 98, falseNegatives: 2, trueNegatives: 98, falsePositives: 2 },
  });
  // Wilson for 98 of 100: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96
  expect(metrics.sensitivity.value).toBe(0.98);
  expect(metrics.sensitivity.low).toBeCloseTo(0.93, 3);
  expect(metrics.sensitivity.high).toBeCloseTo(0.9945, 4);
});

test("the floor of the calibration error follows from the cases, and is null where radiographs were changed", async () => {
  const registry = await createChestRegistry();
  const { id, artifact } = await addVersion(registry, { seed: 1, sets: ["validation", "test"] });
  const [[changes, names]] = [...STRESS_LISTS] as [[string, string[]]];
  const plain = createEvaluation(artifact, "validation", 2);
  const cases = names.flatMap((change) => plain.cases.map((one) => ({ ...one, change })));
  const stress = { ...plain, formatVersion: 2 as const, set: "stress", changes, cases };
  await recordEvaluation(registry, { version: id, evaluation: stress, actor: ADA });
  const ask = createClient(registry);

  const { data, errors } = await ask(`{ version(id: "${id}") { evaluations { set { name } eceFloor } } }`);

  expect(errors).toBeUndefined();
  const floor = calibrationFloor(plain.cases.map(({ probability }) => probability));
  expect(floor).toBeGreaterThan(0);
  expect(data.version.evaluations).toEqual(
    [
      ["validation", floor],
      ["test", floor],
      ["stress", null],
    ].map(([name, eceFloor]) => ({ set: { name }, eceFloor })),
  );
});

test("the calibration curve has every case once, and its gaps are the calibration error", async () => {
  const registry = await createChestRegistry();
  const { id, artifact } = await addVersion(registry, { seed: 1, sets: ["validation", "test"] });
  const { cases } = createEvaluation(artifact, "validation", 2);
  const fields = "low high n mean pneumonia { value low high }";
  const ask = createClient(registry);

  const { data, errors } = await ask(
    `{ version(id: "${id}") { metrics(on: "validation") { n calibration { ${fields} } } } }`,
  );

  expect(errors).toBeUndefined();
  const { n, calibration } = data.version.metrics;
  let [counted, gap] = [0, 0];
  for (const { low, high, n: own, mean, pneumonia } of calibration) {
    const inside = cases.filter(
      ({ probability }) => probability >= low && probability < high + (high === 1 ? 1 : 0),
    );
    expect(own).toBe(inside.length);
    expect(mean).toBeCloseTo(inside.reduce((sum, { probability }) => sum + probability, 0) / own, 10);
    expect(pneumonia.low).toBeLessThanOrEqual(pneumonia.value);
    expect(pneumonia.high).toBeGreaterThanOrEqual(pneumonia.value);
    counted += own;
    gap += (own / n) * Math.abs(mean - pneumonia.value);
  }
  expect(counted).toBe(n);
  const labels = cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0));
  const said = cases.map(({ probability }) => probability);
  expect(gap).toBeCloseTo(calibrationError(said, labels), 10);
});

test("what is not there is null", async () => {
  const ask = createClient(await createChestRegistry());

  const { data, errors } = await ask(
    `{ version(id: "chest-xray@9") { id } other: version(id: "nothing") { id } model(name: "nothing") { id } run(id: "nothing") { id } }`,
  );

  expect(errors).toBeUndefined();
  expect(data).toEqual({ version: null, other: null, model: null, run: null });
});

test("pages walk through every version once, in one order, while others are registered", async () => {
  const registry = await createChestRegistry();
  for (const [i, weights] of [5, 1, 4, 1, 3].entries()) await addVersion(registry, { seed: i, weights });
  const ask = createClient(registry);
  const orderBy = { field: "SIZE_BYTES", direction: "DESC" };
  const page = async (after?: string) => (await ask(IDS, { orderBy, first: 2, after })).data.versions;

  const whole = idsOf((await ask(IDS, { orderBy })).data.versions);
  const first = await page();
  await addVersion(registry, { seed: 99, weights: 6 }); // sorts before the cursor: shifts nothing
  const second = await page(first.pageInfo.endCursor);
  const third = await page(second.pageInfo.endCursor);

  expect(whole.slice(0, 3)).toEqual(["chest-xray@1", "chest-xray@3", "chest-xray@5"]);
  expect([first, second, third].flatMap(idsOf)).toEqual(whole);
  expect(first.pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: first.edges[0].cursor,
    endCursor: first.edges[1].cursor,
  });
  expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  expect(third.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(third.totalCount).toBe(6);
});

test("filters narrow by what a version is and by its figures", async () => {
  const registry = await createChestRegistry();
  await addVersion(registry, { seed: 1, weights: 64, wrong: 1 });
  await addVersion(registry, { seed: 2, weights: 8, wrong: 2 });
  const { sizeBytes } = await addVersion(registry, { seed: 3, weights: 8, wrong: 30 });
  await addVersion(registry, { seed: 4, weights: 1, sets: [] });
  const ask = createClient(registry);
  const list = async (filter: object) => idsOf((await ask(IDS, { filter })).data.versions);

  expect(await list({ sizeBytes: { lte: sizeBytes }, accuracy: { gte: 0.9 } })).toEqual(["chest-xray@2"]);
  expect(await list({ number: { in: [1, 3] } })).toEqual(["chest-xray@3", "chest-xray@1"]);
  expect(await list({ recipe: { contains: "in" }, auc: { lte: 1, eq: null } })).toHaveLength(3);
  expect(await list({ model: { eq: "another" } })).toEqual([]);
  expect(await list({ createdAt: { gte: "2027-01-01T00:00:00Z" } })).toHaveLength(4);
  expect(await list({ createdAt: { gte: "2028-01-01T00:00:00Z" } })).toEqual([]);
  expect(await list({ archived: true })).toEqual([]);
});

test("a page that cannot be is refused with a sentence", async () => {
  const ask = createClient(await createChestRegistry());
  for (const variables of [{ first: 0 }, { first: 101 }, { after: "not a cursor" }]) {
    const { errors } = await ask(IDS, variables);
    expect(errors?.[0]?.extensions.code, JSON.stringify(variables)).toBe("BAD_INPUT");
  }
});

const REGISTER = `mutation ($input: RegisterVersionInput!) { registerVersion(input: $input) { id sha256 recipeObject { digest name text } metrics(on: "validation") { n accuracy { value } } tags { key value } } }`;

function registration(artifact: string) {
  const { recipe, trainedOn, tags, ...facts } = createFacts(artifact, { seed: 7, tags: { purpose: "demo" } });
  const {
    formatVersion,
    artifact: ofArtifact,
    set,
    ...evaluation
  } = createEvaluation(artifact, "validation", 2);
  return {
    ...facts,
    recipe: recipe.name,
    recipeDigest: recipe.digest,
    recipeText: "tiny.yaml",
    trainingImages: trainedOn.images,
    trainingCount: trainedOn.count,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    evaluations: [{ ...evaluation, set }],
  };
}

test("an artifact in the store is registered with its evidence, once", async () => {
  const registry = await createChestRegistry();
  const artifact = await uploadArtifact(registry.store, createArtifact({ seed: 7 }));
  const ask = createClient(registry);

  const first = await ask(REGISTER, { input: registration(artifact) });
  const again = await ask(REGISTER, { input: registration(artifact) });

  expect(first.errors).toBeUndefined();
  expect(first.data.registerVersion).toEqual({
    id: "chest-xray@1",
    sha256: artifact,
    recipeObject: { digest: sha256("tiny.yaml"), name: "tiny", text: "tiny.yaml" },
    metrics: { n: createCases(2).length, accuracy: { value: 0.98 } },
    tags: [{ key: "purpose", value: "demo" }],
  });
  expect(again.data).toEqual(first.data);
});

test("a tag that is there twice is BAD_INPUT; one of any name is kept, as is a null in a stage's options", async () => {
  const registry = await createChestRegistry();
  const artifact = await uploadArtifact(registry.store, createArtifact({ seed: 7 }));
  const ask = createClient(registry);
  const twice = [
    { key: "site", value: "Bonn" },
    { key: "site", value: "Koeln" },
  ];
  const { errors } = await ask(REGISTER, { input: { ...registration(artifact), tags: twice } });
  expect(errors?.[0]?.extensions.code).toBe("BAD_INPUT");
  expect(errors?.[0]?.message).toContain('tags have the key "site" twice');
  expect((await registry.refresh()).models.get(MODEL)?.versions).toHaveLength(0);

  const tags = [{ key: "__proto__", value: "kept" }];
  const stages = [{ name: "prune", options: { target: null, sparsity: 0.8 }, summary: {} }];
  const { data } = await ask(REGISTER, { input: { ...registration(artifact), tags, stages } });
  expect(data.registerVersion.tags).toEqual(tags);
  const asked = await ask(`{ version(id: "chest-xray@1") { stages { options } } }`);
  expect(asked.data.version.stages).toEqual([{ options: { target: null, sparsity: 0.8 } }]);
});

test("an artifact that nobody uploaded is not registered", async () => {
  const registry = await createChestRegistry();
  const ask = createClient(registry);

  const { data, errors } = await ask(REGISTER, { input: registration(sha256("nowhere")) });

  expect(data).toBeNull();
  expect(errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  expect(errors?.[0]?.message).toContain(sha256("nowhere").slice(0, 12));
  expect((await registry.refresh()).models.get(MODEL)?.versions).toHaveLength(0);
});
