/** Evaluation sets over GraphQL: defined, evaluated on, and asked for by name. */
import { readEvaluation } from "@radlite/registry/commands";
import { findVersion } from "@radlite/registry/log";
import { expect, test } from "vitest";
import { addVersion, createChestRegistry, createEvaluation, MODEL } from "./chest-xray.ts";
import { createClient } from "./client.ts";

const DEFINE = `mutation ($input: DefineEvaluationSetInput!) {
  defineEvaluationSet(input: $input) { name role description population }
}`;

const RECORD = `mutation ($input: RecordEvaluationInput!) { recordEvaluation(input: $input) { id
  evaluations { set { name role population } n images accuracy { value } }
  metrics(on: "nih-adult") { set { name } accuracy { value } }
} }`;

const NIH = {
  ...{ model: MODEL, name: "nih-adult", role: "EXTERNAL" },
  ...{ description: "ChestX-ray14, frontal", population: "adults of one hospital" },
};

/** What a client sends of an evaluation: all but format and artifact. */
function toInput(artifact: string, set: string, wrong: number) {
  const { formatVersion, artifact: ofArtifact, cases, ...rest } = createEvaluation(artifact, set, wrong);
  const subgroup = (label: string) => (label === "PNEUMONIA" ? { subgroup: "bacteria" } : {});
  return { ...rest, cases: cases.map((one) => ({ ...one, ...subgroup(one.label) })) };
}

test("a set is defined, a version evaluated on it, and its figures stand beside those on the others", async () => {
  const registry = await createChestRegistry();
  const { id, artifact } = await addVersion(registry, { seed: 1 });
  const ask = createClient(registry);

  const defined = await ask(DEFINE, { input: NIH });
  const evaluation = toInput(artifact, "nih-adult", 40);
  const { data, errors } = await ask(RECORD, { input: { version: id, evaluation } });
  const sets = await ask(`{ evaluationSets(model: "${MODEL}") { name role } }`);
  const page = await ask(
    `{ versions(metricsOn: "nih-adult", filter: { accuracy: { lte: 0.7 } }) { totalCount } }`,
  );

  expect(defined.data.defineEvaluationSet).toEqual({
    ...{ name: "nih-adult", role: "EXTERNAL" },
    ...{ description: NIH.description, population: NIH.population },
  });
  expect(errors).toBeUndefined();
  expect(data.recordEvaluation).toEqual({
    id,
    evaluations: [
      {
        set: { name: "validation", role: "TUNING", population: "as the training images" },
        ...{ n: 200, images: expect.stringMatching(/^[0-9a-f]{64}$/), accuracy: { value: 0.98 } },
      },
      {
        set: { name: "nih-adult", role: "EXTERNAL", population: NIH.population },
        ...{ n: 200, images: evaluation.images, accuracy: { value: 0.6 } },
      },
    ],
    metrics: { set: { name: "nih-adult" }, accuracy: { value: 0.6 } },
  });
  expect(sets.data.evaluationSets).toEqual([
    { name: "validation", role: "TUNING" },
    { name: "test", role: "TEST" },
    { name: "stress", role: "STRESS" },
    { name: "nih-adult", role: "EXTERNAL" },
  ]);
  expect(page.data.versions.totalCount).toBe(1);
  const stored = (await readEvaluation(registry, findVersion(registry.state, id)!, "nih-adult"))!;
  expect(stored).toMatchObject({ formatVersion: 2, set: "nih-adult" });
  expect(stored.cases.map(({ subgroup }) => subgroup)).toEqual(
    stored.cases.map(({ label }) => (label === "PNEUMONIA" ? "bacteria" : undefined)),
  );
});

test.each([
  ["metrics", `{ version(id: "chest-xray@1") { metrics(on: "nih") { n } } }`],
  ["a list", `{ versions(metricsOn: "nih") { totalCount } }`],
  ["a comparison", `{ compare(ids: ["chest-xray@1", "chest-xray@2"], on: "nih") { images } }`],
  ["a policy", `{ smallestAccurate(model: "chest-xray", policy: { rules: [], dropOn: "nih" }) { id } }`],
])("%s on a set that nobody defined is BAD_INPUT and names the sets that there are", async (_, query) => {
  const registry = await createChestRegistry();
  for (const seed of [1, 2]) await addVersion(registry, { seed });

  const { errors } = await createClient(registry)(query);

  expect(errors?.[0]?.extensions.code).toBe("BAD_INPUT");
  expect(errors?.[0]?.message).toMatch(/evaluation set nih; there are: validation, test, stress$/);
});
