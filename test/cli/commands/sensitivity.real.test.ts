import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../../training/data/folders.ts";
import { runRadlite } from "../program.ts";

let folder: TemporaryFolder;
let data: string;

beforeAll(async () => {
  folder = await openTemporaryFolder();
  data = join(folder.path, "data");
  await writeClasses(folder, "data", patients(30));
});

afterAll(() => folder.remove());

test("its help", async () => {
  expect((await runRadlite(["sensitivity", "--help"])).stdout).toMatchSnapshot();
});

test("a shipped model, some layers and cuts: tables, a drawing, and JSON with the same figures", async () => {
  const svg = join(folder.path, "layers.svg");
  const args = ["sensitivity", "residual-64-small", "--data", data, "--layers", "1,3", "--bits", "1,4"];

  const table = await runRadlite([...args, "--rates", "0.5", "--svg", svg]);
  const json = await runRadlite([...args, "--rates", "0.5", "--json"]);

  expect(table.code).toBe(0);
  const { layers, cases } = JSON.parse(json.stdout);
  expect(layers.map(({ layer }: { layer: number }) => layer)).toEqual([1, 3]);
  const lines = table.stdout.split("\n");
  expect(lines[0]).toMatch(
    new RegExp(`^residual-64-small on ${cases} radiographs of validation: AUC 0\\.\\d{4}$`),
  );
  expect(lines[3]).toMatch(/^layer +operator +shape +weights +1 bit +4 bits +50% gone$/);
  expect(lines.at(-2)).toContain(layers[1].bits[1].logitDrift.toFixed(3));
  const drawing = readFileSync(svg, "utf8");
  for (const name of ["1 Conv", "3 Conv"]) expect(drawing).toContain(`>${name}<`);
});

test.each([
  [["--bits", "0"], /Expected numbers with commas/],
  [["--rates", "1"], /Expected numbers with commas/],
  [["--layers", "2"], /sensitivity: layers names layer 2, which is no layer with weights/],
])("%j is wrong use", async (wrong, message) => {
  const { code, stderr } = await runRadlite(["sensitivity", "residual-64-small", "--data", data, ...wrong]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
