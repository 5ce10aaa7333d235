import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seedRegistry } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readModel } from "../../cli/models.ts";
import { openTemporaryFolder, type TemporaryFolder } from "../training/data/folders.ts";

const SHIPPED = "registry/shipped";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await openTemporaryFolder();
  vi.stubEnv("RADLITE_STORE", `file:${join(folder.path, "store")}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

test("a model is a file, a bundle, a shipped name or a registered version, each with what is known of it", async () => {
  const registry = await openRegistry({ store: await openStore(process.env.RADLITE_STORE!) });
  await seedRegistry(registry, SHIPPED);
  const bundle = join(SHIPPED, "residual-64-small");
  const bytes = await readFile(join(bundle, "model.rlm"));
  const facts = JSON.parse(await readFile(join(bundle, "version.json"), "utf8"));
  const versions = registry.state.models.get("chest-xray")!.versions;
  const { id } = versions.find(({ sizeBytes }) => sizeBytes === bytes.length)!;

  const [file, ...known] = await Promise.all(
    [join(bundle, "model.rlm"), bundle, "residual-64-small", id].map(readModel),
  );

  expect(file).toEqual({ name: join(bundle, "model.rlm"), bytes, evaluations: [] });
  for (const one of known) {
    expect(Buffer.from(one.bytes).equals(bytes)).toBe(true);
    expect(one.facts).toEqual(facts);
    expect(one.evaluations.map(({ set, artifact }) => [set, artifact])).toEqual([
      ["validation", facts.sha256],
      ["test", facts.sha256],
      ["stress", facts.sha256],
    ]);
    expect(one.evaluations[0]!.cases.length).toBeGreaterThan(500);
  }
  expect(known[0]!.recipe).toMatch(/^name: residual-64-small$/m);
});

test("one that is none of these is refused with what was looked for", async () => {
  await openRegistry({ store: await openStore(process.env.RADLITE_STORE!) });

  await expect(readModel("chest-xray@7")).rejects.toThrow(/version chest-xray@7 is not registered at file:/);
  await expect(readModel("nothing.rlm")).rejects.toThrow(/no file, bundle or shipped model nothing\.rlm/);
  await expect(readModel("training")).rejects.toThrow(/version\.json cannot be read/);
});

test("a bundle with the model file of another is refused by its name: what is said there is not said of that file", async () => {
  const bundle = join(folder.path, "mixed");
  await cp(join(SHIPPED, "residual-64-tiny"), bundle, { recursive: true });
  await cp(join(SHIPPED, "images"), join(folder.path, "images"), { recursive: true });
  await expect(readModel(bundle)).resolves.toMatchObject({ name: bundle });
  await cp(join(SHIPPED, "residual-64-small/model.rlm"), join(bundle, "model.rlm"));

  await expect(readModel(bundle)).rejects.toMatchObject({
    code: "BAD_ARTIFACT",
    message: expect.stringMatching(/mixed.model\.rlm is not the file that version\.json beside it speaks of/),
  });
  await writeFile(join(bundle, "version.json"), '{"formatVersion": 1, "mod');
  await expect(readModel(bundle)).rejects.toThrow(/mixed.version\.json is no JSON: it is damaged, cut off/);
});
