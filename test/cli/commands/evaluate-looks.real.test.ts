import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../../training/data/folders.ts";
import { tinyRecipe } from "../../training/tiny-recipe.ts";
import { runHere } from "../in-process.ts";

let folder: TemporaryFolder;
const at = (name: string) => join(folder.path, name);

beforeAll(async () => {
  folder = await openTemporaryFolder();
  vi.stubEnv("RADLITE_STORE", `file:${at("store")}`);
  await writeClasses(folder, "data", patients(40));
  const recipe = await folder.write("tiny.yaml", tinyRecipe(1));
  const { error } = await runHere([
    "train",
    recipe,
    "--data",
    at("data"),
    "--out",
    at("bundle"),
    "--register",
  ]);
  expect(error).toBeUndefined();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

test("validation is judged in the look of each group, kept in the bundle and recorded on the version", async () => {
  const args = ["evaluate", at("bundle"), "--data", at("data"), "--looks", "--register", "--json"];

  const { stdout, error } = await runHere(args);

  expect(error).toBeUndefined();
  const report = JSON.parse(stdout);
  const kept = JSON.parse(readFileSync(at("bundle/looks.json"), "utf8"));
  const looks = new Set(kept.cases.map(({ change }: { change: string }) => change));
  expect(looks.size).toBeGreaterThan(1);
  for (const look of looks) expect(look).toMatch(/^look-\d+$/);
  expect(kept.cases).toHaveLength(20 * looks.size); // a quarter of the 80
  expect(report).toMatchObject({ set: "looks", images: kept.images });
  const registry = await openRegistry({ store: await openStore(`file:${at("store")}`) });
  const [version] = registry.state.models.get("chest-xray")!.versions;
  expect(version!.evaluations.get("looks")).toMatchObject({ changed: { count: looks.size } });
});
