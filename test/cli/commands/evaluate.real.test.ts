import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareInput } from "@radlite/model/input";
import { wilsonInterval } from "@radlite/model/statistics";
import { judge, loadVerdictModel } from "@radlite/model/verdict";
import { fsck } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { beforeAll, expect, test } from "vitest";
import { runHere } from "../in-process.ts";
import { layOutData, makeWorkplace, type Outcome, RADIOGRAPHS, ROOT, runRadlite } from "../program.ts";

const { folder, model, bytes } = makeWorkplace();
const data = layOutData(folder);
const csv = join(folder, "scores.csv");
let outcome: Outcome;

beforeAll(async () => {
  outcome = await runRadlite(["evaluate", model, "--data", data, "--scores", csv, "--json"]);
});

interface Row {
  sha256: string;
  file: string;
  label: string;
  probability: number;
}

function readScores(): Row[] {
  const [header, ...lines] = readFileSync(csv, "utf8").trimEnd().split("\n");
  expect(header).toBe("sha256,file,label,probability");
  return lines.map((line) => {
    const [sha256, file, label, probability] = line.split(",");
    return { sha256: sha256!, file: file!, label: label!, probability: Number(probability) };
  });
}

test("--json: stdout is the report alone, with the promised keys, and the figures follow from the CSV", () => {
  const report = JSON.parse(outcome.stdout);
  const rows = readScores();
  const right = rows.filter(({ label, probability }) => probability >= 0.5 === (label === "PNEUMONIA"));
  const found = right.filter(({ label }) => label === "PNEUMONIA").length;
  const ordered = rows
    .filter(({ label }) => label === "PNEUMONIA")
    .flatMap((ill) =>
      rows.filter(({ label }) => label === "NORMAL").map((well) => ill.probability > well.probability),
    );

  expect(outcome).toMatchObject({ code: 0, stderr: "" });
  expect(report).toMatchObject({
    n: 4,
    bytes: bytes.length,
    threshold: 0.5,
    thresholdRule: "half",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    accuracy: wilsonInterval(right.length, 4),
    sensitivity: wilsonInterval(found, 2),
    specificity: wilsonInterval(right.length - found, 2),
    auc: { value: ordered.filter(Boolean).length / 4, low: expect.any(Number), high: expect.any(Number) },
  });
  expect(report.latencyMs).toBeGreaterThan(0);
});

test("the CSV says of each file what classify says of it", async () => {
  const loaded = await loadVerdictModel(bytes);
  const rows = readScores();
  expect(rows.map(({ label, file }) => `${label} ${file}`).sort()).toEqual([
    "NORMAL NORMAL/IM-0115-0001.jpeg",
    "NORMAL NORMAL/NORMAL2-IM-0383-0001.jpeg",
    "PNEUMONIA PNEUMONIA/person1000_virus_1681.jpeg",
    "PNEUMONIA PNEUMONIA/person1_bacteria_1.jpeg",
  ]);
  for (const { sha256, file, probability } of rows) {
    const radiograph = readFileSync(join(data, file));
    expect(sha256).toBe(createHash("sha256").update(radiograph).digest("hex"));
    const { tensor } = await prepareInput(radiograph, loaded.input);
    expect(probability).toBe((await judge(loaded, tensor)).probability);
  }
});

test("for people: a table with intervals; what was left out is named on stderr", async () => {
  const workplace = makeWorkplace();
  const other = layOutData(workplace.folder);
  writeFileSync(
    join(other, "NORMAL/broken.jpeg"),
    readFileSync(join(RADIOGRAPHS, "IM-0115-0001.jpeg")).subarray(0, 3000),
  );
  const { code, stdout, stderr } = await runRadlite(["evaluate", workplace.model, "--data", other]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/images +4 of \/.*\n/);
  expect(stdout).toContain(` 4 of ${other}\n`); // no name was given, and it need not be the test set
  expect(stdout).toMatch(/sensitivity +\d+\.\d% {2}\(95% interval \d+\.\d to \d+\.\d\)/);
  expect(stderr).toMatch(/left out NORMAL\/broken.jpeg: the JPEG file is damaged/);
  expect(stderr).toContain("1 file is left out of the figures");
});

test("a model that comes with Radlite is measured by its name", async () => {
  const args = ["evaluate", "residual-32", "--data", data, "--json"];
  const { code, stdout } = await runRadlite(args);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    n: 4,
    set: "test",
    sha256: createHash("sha256")
      .update(readFileSync(join(ROOT, "registry/shipped/residual-32/model.rlm")))
      .digest("hex"),
  });
});

test("--gate says what a gate makes of the radiographs, and leaves the figures and the CSV as they were", async () => {
  const scores = join(folder, "gated.csv");
  const gate = join(ROOT, "registry/shipped/gates/chest-xray.rlg");
  const args = ["evaluate", model, "--data", data, "--gate", gate, "--scores", scores, "--json"];
  const { code, stdout } = await runRadlite(args);

  expect(code).toBe(0);
  const { gate: found, latencyMs: _, ...rest } = JSON.parse(stdout);
  const { latencyMs: __, ...before } = JSON.parse(outcome.stdout);
  expect(rest).toEqual(before);
  expect(readFileSync(scores)).toEqual(readFileSync(csv));
  expect(found).toMatchObject({
    sha256: createHash("sha256").update(readFileSync(gate)).digest("hex"),
    bytes: readFileSync(gate).length,
    refused: wilsonInterval(0, 4), // they are of the training's own kind
  });
});

test("a file that is no gate is refused before anything is judged", async () => {
  const { code, stdout, stderr } = await runRadlite(["evaluate", model, "--data", data, "--gate", model]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/BAD_ARTIFACT/);
});

test("words that no registry would take are refused before anything is judged", async () => {
  const words = [
    ["--as", "test", "--role", "EXTERNAL"],
    ["--as", "our-clinic", "--population", "x".repeat(2_001)],
  ];
  const outcomes = await Promise.all(
    words.map((some) => runHere(["evaluate", model, "--data", join(folder, "absent"), ...some])),
  );

  expect(outcomes.map(({ error }) => (error as Error).message)).toEqual([
    "test is TEST in every model, not EXTERNAL",
    "population of our-clinic has 2001 characters, expected at most 2000",
  ]);
});

test("a data folder that is not there is named, with the layout that was expected", async () => {
  const { code, stdout, stderr } = await runRadlite([
    "evaluate",
    model,
    "--data",
    join(folder, "absent"),
    "--json",
  ]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/BAD_INPUT: .*absent has the wrong layout: .*NORMAL and PNEUMONIA.*no such folder/);
});

test("under a name an evaluation is written into the bundle, and recorded on the version that it becomes", async () => {
  const workplace = makeWorkplace();
  const bundle = join(workplace.folder, "bundle");
  cpSync(join(ROOT, "registry/shipped/residual-32-tinier-1k"), bundle, { recursive: true });
  cpSync(join(ROOT, "registry/shipped/images"), join(workplace.folder, "images"), { recursive: true });
  const env = { RADLITE_STORE: `file:${join(workplace.folder, "store")}` };
  const args = ["evaluate", bundle, "--data", data, "--as", "our-clinic"];
  const words = ["--register", "--population", "four adults"];

  const kept = await runRadlite([...args, "--json"], { env });
  const recorded = await runRadlite([...args, ...words], { env });
  const again = await runRadlite(
    ["evaluate", "chest-xray@1", "--data", data, "--as", "our-clinic", ...words],
    {
      env,
    },
  );
  const listed = await runRadlite(["registry", "list", "--json"], { env });

  const evaluation = JSON.parse(readFileSync(join(bundle, "our-clinic.json"), "utf8"));
  expect(kept).toMatchObject({ code: 0, stderr: expect.stringContaining("our-clinic.json") });
  expect(JSON.parse(kept.stdout)).toMatchObject({ set: "our-clinic", n: 4, images: evaluation.images });
  expect(evaluation).toMatchObject({ formatVersion: 2, set: "our-clinic" });
  expect(evaluation.cases.map((one: { subgroup?: string }) => one.subgroup).sort()).toEqual([
    ...["bacteria", "virus"],
    ...[undefined, undefined],
  ]);
  expect(recorded.stderr).toContain("recorded on chest-xray@1, as our-clinic");
  expect(again.stderr).toContain("chest-xray@1 was judged on our-clinic and these images before");
  const [version] = JSON.parse(listed.stdout).versions;
  expect(Object.keys(version.metrics)).toEqual(["validation", "test", "stress", "our-clinic"]);
  expect(version.metrics["our-clinic"]).toMatchObject({ n: 4, images: evaluation.images });
  const registry = await openRegistry({ store: await openStore(env.RADLITE_STORE) });
  expect(registry.state.models.get("chest-xray")!.sets.get("our-clinic")).toMatchObject({
    role: "EXTERNAL",
    population: "four adults",
  });
  expect((await fsck(registry.store)).problems).toEqual([]);
});

test.each([
  [["--as", "Our Clinic"], /--as <set>.*expected 1 to 40 lower-case letters/],
  [["--as", "stress"], /--as <set>.*--stress makes it/],
  [["--as", "looks"], /--as <set>.*--looks makes it/],
  [["--looks"], /comes with no evaluation on validation: name its bundle or version/],
  [["--register"], /BAD_INPUT: --register records an evaluation on a set: name it with --as SET/],
  [["--as", "our-clinic", "--register"], /BAD_INPUT: no version at file:.* has the file .*: name its bundle/],
])("evaluate with %j of a lone file says what to do", async (options, message) => {
  const env = { RADLITE_STORE: `file:${join(folder, "empty")}` };
  const { code, stdout, stderr } = await runRadlite(["evaluate", model, "--data", data, ...options], { env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
});
