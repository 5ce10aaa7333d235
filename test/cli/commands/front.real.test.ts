import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, runRadlite } from "../program.ts";

const folder = makeFolder();
const env = { RADLITE_STORE: `file:${join(folder, "store")}` };

test("its help", async () => {
  expect((await runRadlite(["front", "--help"])).stdout).toMatchSnapshot();
});

test("the front of the shipped models as a table, as JSON and as a drawing; on nothing a sentence", async () => {
  const empty = await runRadlite(["front"], { env });
  await runRadlite(["registry", "seed"], { env });
  const svg = join(folder, "front.svg");

  const table = await runRadlite(["front", "--on", "test", "--svg", svg], { env });
  const whole = await runRadlite(["front", "--on", "test", "--all", "--json"], { env });

  expect(empty).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^no version at file:.* was judged/),
  });
  const { rows } = JSON.parse(whole.stdout) as {
    rows: { versions: { id: string }[]; onFront: { accuracy: boolean; auc: boolean } }[];
  };
  const unbeaten = rows.filter(({ onFront }) => onFront.accuracy || onFront.auc);
  expect(unbeaten.length).toBeGreaterThan(2);
  const lines = table.stdout.split("\n");
  expect(lines.slice(1, 1 + unbeaten.length).map((line) => line.split(" ")[0])).toEqual(
    unbeaten.map(({ versions }) => versions[0]!.id),
  );
  expect(lines.at(-2)).toBe(
    `${unbeaten.length} of ${rows.length} rows, ${rows.length} versions, on the 345 radiographs of test`,
  );
  expect(readFileSync(svg, "utf8")).toMatch(/^<svg /);
});

test("an unknown cost is wrong use", async () => {
  const { code, stderr } = await runRadlite(["front", "--by", "euros"], { env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/Allowed choices are bytes, macs, ms/);
});
