/** Cards of versions of every state, in which whoever registered them wrote whatever they liked. */
import { encodeGate } from "@radlite/model/verdict/gate";
import { type Evaluation, packFloats } from "@radlite/registry/bundle";
import {
  defineEvaluationSet,
  recordEvaluation,
  recordRobustness,
  registerVersion,
  setGate,
  uploadArtifact,
  writeModelCard,
} from "@radlite/registry/commands";
import { commit, findVersion, openRegistry, type Registry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { drawGate } from "../../../model/verdict/gate/gates.ts";
import {
  ADA,
  MODEL,
  makeSample,
  openSample,
  register,
  type SampleOptions,
  SILENT,
  TINY_RECIPE,
} from "../sample.ts";

const HOSTILE =
  'x | y\n---\nlicense: mit\n## Forged <script>alert(1)</script> [a](https://evil.example) `b` "\u0000';

async function cardOf(registry: Registry, id: string): Promise<string> {
  const state = await registry.refresh();
  return writeModelCard(registry, state, findVersion(state, id)!);
}

function headOf(card: string) {
  const [, yaml] = /^---\n([\s\S]*?)\n---\n/.exec(card)!;
  return parse(yaml!, { version: "1.1" });
}

const headings = (card: string): string[] => card.match(/^#+ .*$/gm)!;

/** The text of a section. */
const section = (card: string, title: string): string =>
  card.split(`\n## ${title}\n\n`)[1]!.split("\n\n## ")[0]!.trim();

test("a version that was evaluated: each figure with its interval, in the head and in the tables", async () => {
  const { registry } = await openSample();
  await register(registry, { seed: 1, missed: 20, falseAlarms: 5, sets: ["validation", "stress"] });

  const card = await cardOf(registry, `${MODEL}@1`);

  // Wilson for 180 of 200
  expect(section(card, "Figures")).toContain("| `validation` | TUNING | 300 | ");
  expect(section(card, "Figures")).toMatch(/\| 90\.0% \(85\.1 to 93\.4\) \| 95\.0% \(88\.8 to 97\.8\) \|/);
  expect(
    section(card, "Robustness").match(/^\| width-x-0-8 \| .* \| 90\.0% \(85\.1 to 93\.4\) \|/m),
  ).not.toBeNull();
  const { "model-index": index, license, radlite } = headOf(card);
  expect(index[0].name).toBe("chest-xray@1");
  const [validation, stress] = index[0].results;
  expect(validation.dataset).toMatchObject({ split: "validation", args: { normal: 100, pneumonia: 200 } });
  expect(validation.metrics[1]).toMatchObject({ type: "recall", value: 0.9, args: { confidence: 0.95 } });
  expect(stress.metrics.map(({ type }: { type: string }) => type)).toContain("lowest_sensitivity");
  expect(license).toBe("unknown"); // nobody knows these training images
  expect(radlite).toMatchObject({ version: "chest-xray@1", seed: 1, trainedOn: { count: 4700 }, tags: [] });
});

test("of training images that nobody knows it says what is on record all the same", async () => {
  const { registry } = await openSample();
  await register(registry, { seed: 1, sets: ["validation"] });
  const data = async () => section(await cardOf(registry, `${MODEL}@1`), "Data");
  expect(await data()).toContain("Of no data set whose digest is known here; nobody has said whom they show");

  const artifact = await uploadArtifact(registry.store, encodeGate(drawGate(1)));
  await setGate(registry, { model: MODEL, artifact, reason: "fitted to ours", actor: ADA });
  expect(await data()).toContain(
    "whom they show is said by the gate or the validation of its model: children of",
  );
});

test("fewer errors where the least sure are left out; of equally sure ones the wrong ones stay longest", async () => {
  const { registry } = await openSample();
  // 20 of 300 are wrong, at 0.3: nearer to the threshold than 0.9 and 0.1
  await register(registry, { seed: 1, missed: 20 });

  const text = section(
    await cardOf(registry, `${MODEL}@1`),
    "Error where the least sure cases go to a person",
  );

  expect(text).toMatch(/\| 100% \| 300 \| 6\.7% /);
  expect(text).toMatch(/\| 95% \| 285 \| 1\.8% /); // 5 of 285
  expect(text).toMatch(/\| 90% \| 270 \| 0\.0% /);
});

test("not evaluated, not sealed, archived: a card that says so", async () => {
  const { registry } = await openSample();
  const plain = await register(registry, { seed: 1, sets: [] });
  const unsealed = await register(registry, { seed: 2, sets: [], isSealed: false });
  await commit(registry, (_state, at) => ({
    events: [
      { kind: "VersionArchived", eventVersion: 1, at, actor: ADA, model: MODEL, version: 1, reason: HOSTILE },
    ],
    answer: () => undefined,
  }));

  const archived = await cardOf(registry, plain.id);
  const bare = await cardOf(registry, unsealed.id);

  expect(headOf(archived)["model-index"]).toBeUndefined();
  expect(archived).toContain("> **Archived** on 2026-11-24");
  expect(section(archived, "Figures")).toBe(
    "It was evaluated on no set, so nothing is known of how it does.",
  );
  expect(section(archived, "Robustness")).toContain(
    `radlite evaluate ${MODEL}@1 --data DIR --stress --register`,
  );
  expect(section(bare, "What it is")).toContain("Not sealed: it has neither temperature nor threshold");
  expect(section(bare, "Reporting checklists")).toMatch(/Missing: .*metrics/);
});

test("hostile tags, names and descriptions neither forge a line nor break the head", async () => {
  const { registry } = await openSample();
  await defineEvaluationSet(registry, {
    ...{
      model: MODEL,
      name: "ward",
      role: "EXTERNAL",
      description: HOSTILE,
      population: HOSTILE,
      actor: ADA,
    },
  });
  const facts: SampleOptions["facts"] = {
    recipe: { name: HOSTILE.slice(0, 64), digest: makeSample({ seed: 9 }).facts.recipe.digest },
    backend: HOSTILE.slice(0, 64),
    tags: { testLooks: "1 |\n# 0", no: "yes", __proto__x: "12:30", "1e3": "\u202e*" },
    stages: [{ name: HOSTILE.slice(0, 64), options: {}, summary: { bytesBefore: "| x |", bytesAfter: 1 } }],
  };
  const plain = await register(registry, { seed: 1, sets: ["validation"] });
  const hostile = await register(registry, { seed: 2, sets: ["validation", "ward"], facts });

  const card = await cardOf(registry, hostile.id);

  const expected = headings(await cardOf(registry, plain.id)).slice(1);
  expect(headings(card).slice(1)).toEqual(expected);
  expect(headings(card)[0]).toContain("x &#124; y --- license: mit &#35;&#35; Forged &#60;script&#62;");
  const body = card.slice(card.indexOf("\n---\n\n"));
  expect(body).not.toMatch(/<script|\]\(h|^license:/m);
  expect(card).not.toMatch(/\p{Bidi_Control}|[^\P{Cc}\n]/u);
  expect(headOf(card)).toMatchObject({ license: "unknown", radlite: { version: hostile.id } });
  expect(headOf(card).radlite.tags).toEqual([
    { key: "1e3", value: "\\u202e*" },
    { key: "__proto__x", value: "12:30" },
    { key: "no", value: "yes" },
    { key: "testLooks", value: "1 | # 0" },
  ]);
  for (const row of card.match(/^\|.*$/gm)!) expect(row).toMatch(/^\| .* \|$/);
  expect(section(card, "Reporting checklists")).toContain(
    "| testing on external data | [Figures](#figures) |",
  );
});

test("a recipe that closes the fence it stands in does not", async () => {
  const { registry } = await openSample();
  const { bytes, artifact, facts, evaluations } = makeSample({ seed: 1 });
  await uploadArtifact(registry.store, bytes);
  const recipe = `${TINY_RECIPE}\`\`\`\n\n# Forged\n\`\`\`\`\n`;
  const { digestOf } = await import("@radlite/registry/bundle");
  await registerVersion(registry, {
    ...{ artifact, evaluations, recipe, actor: ADA },
    facts: { ...facts, recipe: { name: "tiny", digest: digestOf(recipe) } },
  });

  const card = await cardOf(registry, `${MODEL}@1`);

  expect(card).toContain(`\`\`\`\`\`yaml\n${recipe}\`\`\`\`\`\n`);
});

test("damage against a parent on the same images alone", async () => {
  const { registry } = await openSample();
  const parent = await register(registry, { seed: 1, missed: 4, sets: ["validation", "test"] });
  const child = await register(registry, {
    ...{ seed: 2, missed: 14, falseAlarms: 1, sets: ["validation"] },
    facts: { parent: parent.artifact },
  });
  const orphan = await register(registry, { seed: 3, facts: { parent: "a".repeat(64) } });

  const damage = section(await cardOf(registry, child.id), "Damage by compression");

  expect(damage).toMatch(/^\| `validation` \| 300 \| 11 \| 11 \| 0 \| 9\.8e-4 \|/m); // 2 / 2^11
  expect(damage).toMatch(/^\| `validation` \| PNEUMONIA \| 200 \| 196 \| 186 \| /m);
  expect(section(await cardOf(registry, orphan.id), "Damage by compression")).toContain(
    "is not registered here",
  );
});

test("the gate of its model, whose population is then that of the card", async () => {
  const { registry } = await openSample();
  const { id } = await register(registry, { seed: 1 });
  const before = await cardOf(registry, id);
  await commit(registry, (_state, at) => ({
    events: [
      {
        ...{ kind: "GateSet", eventVersion: 1, at, actor: ADA, model: MODEL },
        ...{ artifact: "b".repeat(64), sizeBytes: 494, population: "children | of one ward", reason: "new" },
      },
    ],
    answer: () => undefined,
  }));
  const after = await cardOf(registry, id);

  expect(section(before, "Gate")).toMatch(/^The registry holds no gate for this model/);
  expect(section(before, "Intended use")).toContain("the registry does not say");
  expect(section(after, "Gate")).toContain(`- Gate \`${"b".repeat(64)}\` (SHA-256), 494 bytes\n`);
  expect(section(after, "Intended use")).toContain("is for:** children &#124; of one ward.");
  expect(after).toMatch(/^\| 27a \| inputs of poor quality \| \[Gate\]\(#gate\), in part \|$/m);
});

test("what became of its answers when the radiographs came another way, once it is recorded", async () => {
  const { registry } = await openSample();
  const { id, artifact } = await register(registry, { seed: 1, missed: 4 });
  const [{ cases, images }] = makeSample({ seed: 1, missed: 4 }).evaluations as [Evaluation];
  const before = section(await cardOf(registry, id), "Robustness");
  const turned = cases.map(({ probability, label }) => (label === "NORMAL" ? 0.75 : probability));
  await recordRobustness(registry, {
    ...{ version: id, actor: ADA },
    robustness: {
      ...{ formatVersion: 1, kind: "robustness", artifact, threshold: 0.5, images, cases },
      changes: [{ name: "white-border-2", probabilities: packFloats(turned) }],
    },
  });

  const after = section(await cardOf(registry, id), "Robustness");

  expect(before).toContain(
    "not measured, command: `npx radlite robustness chest-xray@1 --data DIR --register`",
  );
  expect(after).toMatch(/^\| as they are \| 300 \| {2}\| {2}\| {2}\| 98\.7% .* \| 100\.0% /m);
  expect(after).toMatch(/^\| white-border-2 \| 300 \| 0 \| 100 \| \d\.\de-\d+ \| 65\.3% .* \| 0\.0% /m);
});

test("the same bytes from a registry that was opened anew, at any time", async () => {
  const store = memoryStore();
  const { registry, clock } = await openSample(store);
  await register(registry, { seed: 1, sets: ["validation", "test", "stress"] });
  const first = await cardOf(registry, `${MODEL}@1`);
  clock.now += 1e9;

  const again = await openRegistry({ store, logger: SILENT });

  expect(await cardOf(again, `${MODEL}@1`)).toBe(first);
});

test("evidence that is lost is an error, and no card that keeps silent about it", async () => {
  const { registry, store } = await openSample();
  await register(registry, { seed: 1, missed: 1 });
  for await (const key of store.list("evaluations/")) await store.delete(key);

  await expect(cardOf(registry, `${MODEL}@1`)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a later evaluation on a set of one's own is on the card", async () => {
  const { registry } = await openSample();
  const version = await register(registry, { seed: 1 });
  const words = { description: "Our ward", population: "adults" };
  await defineEvaluationSet(registry, { model: MODEL, name: "ward", role: "EXTERNAL", ...words, actor: ADA });
  const [evaluation] = makeSample({ seed: 1, sets: ["ward"] }).evaluations as [Evaluation];
  await recordEvaluation(registry, { version: version.id, evaluation, actor: ADA });

  expect(section(await cardOf(registry, version.id), "Data")).toContain(
    "- `ward`: Our ward Population: adults. ",
  );
});
