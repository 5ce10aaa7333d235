import { readFile } from "node:fs/promises";
import { readFront } from "@radlite/registry/commands";
import type { Registry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { beforeAll, expect, test } from "vitest";
import { openShipped } from "../../../cli/commands/registry/results.ts";
import { drawFront } from "../../../cli/show/charts/front-chart.ts";
import { formatBest, formatResults, RESULTS_COMMAND } from "../../../cli/show/results-page.ts";
import { openSample, register } from "../../registry/commands/sample.ts";

let shipped: Registry;

beforeAll(async () => {
  shipped = await openShipped();
}, 300_000);

test("docs/results.md is what the command in its head prints of the shipped models", async () => {
  const page = await readFile("docs/results.md", "utf8");

  const printed = await formatResults(shipped, RESULTS_COMMAND);

  expect(page.match(/Printed by `(.*)`/)![1]).toBe(RESULTS_COMMAND);
  expect(page, `docs/results.md is not current: run ${RESULTS_COMMAND}`).toBe(printed);
});

test("README's table of results is what the command below it prints of the shipped models", async () => {
  const readme = await readFile("README.md", "utf8");

  const printed = await formatBest(shipped);

  const command = "npx radlite registry results --shipped --best";
  expect(readme).toContain(command);
  expect(readme, `README is not current: put in what ${command} prints`).toContain(printed);
});

test("README's picture of the front is what the command below it draws", async () => {
  const readme = await readFile("README.md", "utf8");
  const front = await readFront(shipped, { on: "test", by: "bytes", byRecipe: true });

  const command = "npx radlite front --shipped --on test --by-recipe --svg docs/front.svg";
  expect(readme).toContain(command);
  expect(await readFile("docs/front.svg", "utf8"), `not current: run ${command}`).toBe(drawFront(front));
});

test("every version on each set, recipes with several seeds once more by mean and spread", async () => {
  const { registry } = await openSample(memoryStore());
  const sets = ["validation", "test"] as const;
  await register(registry, { seed: 1, missed: 2, sets });
  await register(registry, { seed: 2, missed: 12, sets });

  const page = await formatResults(registry, "the command");

  const lines = page.split("\n");
  expect(lines[2]).toContain("Printed by `the command`");
  for (const title of ["## Test: ", "## Validation: "]) {
    expect(lines.filter((line) => line.startsWith(title))).toHaveLength(2);
  }
  expect(lines.filter((line) => line.startsWith("| chest-xray@1 |"))).toHaveLength(2);
  const repeated = lines.filter((line) => /\| 1, 2 \|/.test(line));
  expect(repeated).toHaveLength(2);
  // For 200 PNEUMONIA cases: sensitivities 0.99 and 0.94, mean 0.965, deviation 0.05 / sqrt 2
  expect(repeated[0]).toContain("| 96.5% ± 3.5 |");
});
