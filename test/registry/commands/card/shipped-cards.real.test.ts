/** The cards in docs/cards: current, read by huggingface_hub, and of the very figures that GraphQL answers over HTTP. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStandaloneServer } from "@apollo/server/standalone";
import { createGraphqlServer } from "@radlite/functions/serving";
import { bestOfClasses, seedRegistry, writeModelCard } from "@radlite/registry/commands";
import { createContext } from "@radlite/registry/graphql";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import supertest from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { provideVenv, VENV_PYTHON } from "../../../../scripts/venv.mjs";
import { validateRecipe } from "../../graphql/client.ts";
import { ADA, SILENT } from "../sample.ts";

const FOLDER = "docs/cards";
const COMMAND = "npx radlite registry card --shipped --best --out docs/cards";
const files = readdirSync(FOLDER).sort();
/** Of every shipped version; some were judged on looks as well. */
const SETS = ["validation", "test", "stress"];

interface Estimate {
  value: number;
  low: number;
  high: number;
}

interface ReadCard {
  license: string;
  name: string;
  radlite: { version: string; sha256: string; sizeBytes: number };
  results: { set: string; images: string; type: string; value: number; args?: Omit<Estimate, "value"> }[];
  isStable: boolean;
  headings: string[];
  links: string[];
  odd: string[];
  tables: string[][][];
}

let registry: Registry;
let cards: ReadCard[];
// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
let ask: (query: string) => Promise<any>;
let stop: () => Promise<void>;

const readCards = (paths: readonly string[]): ReadCard[] =>
  JSON.parse(
    execFileSync(VENV_PYTHON, [join(import.meta.dirname, "read.py"), ...paths], { encoding: "utf8" }),
  );

beforeAll(async () => {
  await provideVenv();
  cards = readCards(files.map((file) => join(FOLDER, file)));
}, 600_000);

beforeAll(async () => {
  registry = await openRegistry({ store: memoryStore(), logger: SILENT });
  await seedRegistry(registry, "registry/shipped");
  const server = createGraphqlServer({ introspection: true, log: () => {} });
  const startTraining = () => Promise.reject(new Error("no training here"));
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: "127.0.0.1" },
    context: () => createContext({ registry, actor: ADA, startTraining, validateRecipe }),
  });
  stop = () => server.stop();
  ask = async (query) => {
    const { body } = await supertest(url).post("/").send({ query });
    expect(body.errors).toBeUndefined();
    return body.data;
  };
}, 600_000); // all that ships, on a machine that may be busy

afterAll(() => stop());

test("they are what the command writes now, one of each size", async () => {
  const best = bestOfClasses(registry.state, "chest-xray");
  expect(files).toEqual(best.map(({ kB }) => `${kB}-kb.md`).sort());
  for (const { kB, version } of best) {
    const card = readFileSync(join(FOLDER, `${kB}-kb.md`), "utf8");
    const now = await writeModelCard(registry, registry.state, version);
    expect(card, `docs/cards is not current: run ${COMMAND}`).toBe(now);
    expect((await ask(`{ version(id: "${version.id}") { card } }`)).version.card).toBe(card);
    expect(version.sizeBytes).toBeLessThanOrEqual(1000 * kB);
  }
});

const ESTIMATES = ["accuracy", "sensitivity", "specificity", "balancedAccuracy", "auc"];
const FIELDS = [...ESTIMATES, "lowestSensitivity", "lowestSpecificity"];
const FIGURES = `n images ece latencyMs confusion { truePositives falseNegatives trueNegatives falsePositives }
  ${FIELDS.map((name) => `${name} { value low high }`).join(" ")}`;
/** Of the Hub's names. */
const TYPES = ["accuracy", "recall", "specificity", "balanced_accuracy", "roc_auc"].concat(
  ...["lowest_sensitivity", "lowest_specificity"],
);

const percent = ({ value, low, high }: Estimate): string => {
  const [share, from, to] = [value, low, high].map((part) => (100 * part).toFixed(1));
  return `${share}% (${from} to ${to})`;
};
const area = ({ value, low, high }: Estimate): string =>
  `${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;

describe.each(files)("%s", (file) => {
  const read = () => cards[files.indexOf(file)]!;
  const tableOf = (...headings: string[]) => {
    const found = read().tables.find(([first]) => headings.every((heading) => first?.includes(heading)))!;
    return found.slice(1);
  };
  const readFigures = async () => {
    const metrics = [...SETS, "looks"].map((set) => `${set}: metrics(on: "${set}") { ${FIGURES} }`).join(" ");
    const { version } = await ask(
      `{ version(id: "${read().radlite.version}") { sha256 sizeBytes parent { id } ${metrics} } }`,
    );
    return version;
  };

  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
  const setsOf = ({ looks }: any) => (looks ? [...SETS, "looks"] : SETS);

  test("huggingface_hub reads it, and every figure of its head is the registry's to the bit", async () => {
    const version = await readFigures();
    const { license, name, radlite, results, isStable } = read();
    expect({ license, name, isStable }).toEqual({
      ...{ license: "apache-2.0", name: radlite.version, isStable: true },
    });
    expect(radlite).toMatchObject({ sha256: version.sha256, sizeBytes: version.sizeBytes });
    expect([...new Set(results.map(({ set }) => set))]).toEqual(setsOf(version));
    for (const { set, images, type, value, args } of results) {
      expect(images).toBe(version[set].images);
      if (type === "ece") expect(value).toBe(version[set].ece);
      else
        expect({ value, ...args }).toEqual({
          ...version[set][FIELDS[TYPES.indexOf(type)]!],
          confidence: 0.95,
        });
    }
    expect(results).toHaveLength(3 * 6 + 2 + (version.looks ? 6 + 2 : 0));
  });

  test("every figure of its tables is one that GraphQL answers", async () => {
    const version = await readFigures();
    for (const [set, , , ...cells] of tableOf("accuracy", "balanced accuracy")) {
      const shown = ESTIMATES.map((name) => (name === "auc" ? area : percent)(version[set!][name]));
      expect(cells).toEqual(shown);
    }
    for (const [set, ...cells] of tableOf("PNEUMONIA found")) {
      const { truePositives, falseNegatives, trueNegatives, falsePositives } = version[set!].confusion;
      const counts = [truePositives, falseNegatives, trueNegatives, falsePositives];
      expect(cells.map((cell) => Number(cell.replaceAll(",", "")))).toEqual([
        ...[...counts, Number(version[set!].latencyMs.toFixed(2))],
      ]);
    }
    for (const [set, , sensitivity, specificity] of tableOf("lowest sensitivity")) {
      const { lowestSensitivity, lowestSpecificity } = version[set!];
      expect([sensitivity, specificity]).toEqual([lowestSensitivity, lowestSpecificity].map(percent));
    }
    const rows = tableOf("cases", "ECE");
    expect(rows.map(([set]) => set)).toEqual(setsOf(version));
    for (const [set, cases, ece] of rows) {
      expect([cases!.replace(",", ""), ece]).toEqual([String(version[set!].n), version[set!].ece.toFixed(4)]);
    }
  });

  test("subgroups, changes and abstention add up to what GraphQL answers", async () => {
    const version = await readFigures();
    const kinds = tableOf("subgroup", "called by its label");
    for (const set of ["validation", "test"]) {
      const { n, accuracy, confusion } = version[set];
      const own = kinds.filter(([name]) => name === set);
      const right = own.map(([, , count, share]) =>
        Math.round((Number(count) * Number.parseFloat(share!)) / 100),
      );
      expect(own.map(([, name]) => name)).toEqual(["PNEUMONIA, bacteria", "PNEUMONIA, virus"]);
      expect(right.reduce((sum, one) => sum + one)).toBe(confusion.truePositives);

      const answered = tableOf("answered", "error").filter(([name]) => name === set);
      expect(answered.map(([, coverage]) => coverage)).toEqual(["100%", "95%", "90%", "80%"]);
      expect(answered[0]!.slice(2)).toEqual([
        ...[
          String(n),
          percent({ value: 1 - accuracy.value, low: 1 - accuracy.high, high: 1 - accuracy.low }),
        ],
      ]);
    }
    const changes = tableOf("change", "sensitivity");
    const lowest = (column: number) =>
      changes.map((row) => row[column]!).sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))[0];
    expect([lowest(2), lowest(3)]).toEqual(
      [version.stress.lowestSensitivity, version.stress.lowestSpecificity].map(percent),
    );
  });

  test("damage against its parent is what compare answers", async () => {
    const { parent } = await readFigures();
    const rows =
      read()
        .tables.find(([first]) => first?.includes("flipped"))
        ?.slice(1) ?? [];
    expect(rows.map(([set]) => set)).toEqual(parent ? ["validation", "test"] : []);
    for (const [set, , ...cells] of rows) {
      const ids = `["${parent.id}", "${read().radlite.version}"]`;
      const { compare } = await ask(
        `{ compare(ids: ${ids}, on: "${set}") { pairs { flipped onlyFirst onlySecond pValue } } }`,
      );
      const { flipped, onlyFirst, onlySecond, pValue } = compare.pairs[0];
      expect(cells.slice(0, 3)).toEqual([flipped, onlyFirst, onlySecond].map(String));
      expect(Number(cells[3])).toBeCloseTo(pValue, 3);
    }
  });
});

test("a parser of CommonMark finds in the card of a hostile version the headings of any other, and no link of its own", async () => {
  const { addVersion, createChestRegistry } = await import("../../graphql/chest-xray.ts");
  const hostile = await createChestRegistry();
  const marks = "](https://e.example) <img src=x> | `a` **b** ~~c~~ # d\n\n# e";
  const tags: Record<string, string> = { "1e3": marks.slice(0, 40), no: marks.slice(30) };
  await addVersion(hostile, { seed: 0 });
  await addVersion(hostile, { seed: 1, tags });
  const folder = await mkdtemp(join(tmpdir(), "cards-"));
  const paths: string[] = [];
  for (const version of hostile.state.models.get("chest-xray")!.versions) {
    paths.push(join(folder, `${version.number}.md`));
    writeFileSync(paths.at(-1)!, await writeModelCard(hostile, hostile.state, version));
  }

  const [plain, odd] = readCards(paths) as [ReadCard, ReadCard];

  expect(odd.headings.slice(1)).toEqual(plain.headings.slice(1));
  for (const { links, odd: found, tables } of [plain, odd]) {
    expect(links.every((link) => link.startsWith("#"))).toBe(true);
    expect(found).toEqual([]);
    for (const rows of tables) expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  }
  expect(odd.radlite).toMatchObject({
    tags: Object.entries(tags).map(([key, value]) => ({ key, value: value.replace(/\s+/g, " ").trim() })),
  });
});
