import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readRobustness } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { layOutData, makeWorkplace, ROOT, runRadlite } from "../program.ts";

const { folder, model } = makeWorkplace();
const data = layOutData(folder);

test("a line a change with its flips and rates, a sentence on borders, and a chart", async () => {
  const svg = join(folder, "robustness.svg");
  const { code, stdout, stderr } = await runRadlite(["robustness", model, "--data", data, "--out", svg]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^4 radiographs, PNEUMONIA at 0.5 or above\n/);
  expect(stdout).toMatch(/\nchange +to NORMAL +to PNEUMONIA +flipped % +accuracy .*specificity/);
  expect(stdout).toMatch(/\nas they are +\d+\.\d% /);
  expect(stdout.match(/^(black|white)-border-(1|2|5|10) .*%/gm)).toHaveLength(8);
  for (const name of ["crop-10", "gamma-0-7", "turned-left-5", "jpeg-q30", "down-to-128", "png-16-bit"]) {
    expect(stdout).toMatch(new RegExp(`^${name} +\\d`, "m"));
  }
  expect(stdout).toMatch(/^Borders of either colour, all together: \d+\.\d\d% of 32 verdicts turned/m);
  const chart = readFileSync(svg, "utf8");
  expect(chart).toMatch(/^<svg/);
  expect(chart).toContain("white-border-10");
});

test("--json: one object, the same each time; --on validation takes the radiographs of its bundle's validation", async () => {
  const args = ["robustness", "residual-32-tiny-1k", "--data", data, "--json"];
  const [first, second] = [await runRadlite(args), await runRadlite(args)];
  expect(first.code).toBe(0);
  expect(second.stdout).toBe(first.stdout);
  const report = JSON.parse(first.stdout);
  expect(report).toMatchObject({ model: "residual-32-tiny-1k", on: "test", n: 4 });
  expect(report.changes[0]).toMatchObject({ change: "black-border-1", n: 4, refused: 0 });

  const elsewhere = await runRadlite([...args, "--on", "validation"]);
  expect(elsewhere).toMatchObject({ code: 2, stdout: "" });
  expect(elsewhere.stderr).toMatch(/BAD_INPUT: .*(lacks|wrong layout)/);
});

test("--register keeps it with the version that a bundle becomes, once", async () => {
  const bundle = join(folder, "bundle");
  cpSync(join(ROOT, "registry/shipped/residual-32-tiny-1k"), bundle, { recursive: true });
  cpSync(join(ROOT, "registry/shipped/images"), join(folder, "images"), { recursive: true });
  const env = { RADLITE_STORE: `file:${join(folder, "store")}` };
  const args = ["robustness", bundle, "--data", data, "--json", "--register"];

  const first = await runRadlite(args, { env });
  const second = await runRadlite(args, { env });

  expect(first.stderr).toMatch(/^kept with chest-xray@1$/m);
  expect(second.stderr).toMatch(/^chest-xray@1 had this very evidence before$/m);
  const registry = await openRegistry({ store: await openStore(env.RADLITE_STORE) });
  const version = registry.state.models.get("chest-xray")!.versions.get(0)!;
  const { model: _, on: _on, ...report } = JSON.parse(first.stdout);
  expect(await readRobustness(registry, version)).toEqual(report);

  const lone = await runRadlite(["robustness", model, "--data", data, "--register"], { env });
  expect(lone.code).toBe(2);
  expect(lone.stderr).toMatch(/no version at .* has the file .*: name its bundle/);
});

test("a lone file was validated on nothing that is known", async () => {
  const { code, stderr } = await runRadlite(["robustness", model, "--data", data, "--on", "both"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/BAD_INPUT: .*comes with no evaluation on validation: name its bundle or version/);
});
