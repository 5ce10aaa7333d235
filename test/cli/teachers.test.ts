import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { seedRegistry } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readTeacher } from "../../cli/teachers.ts";
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

test("a teacher is a model file, a bundle or a registered version", async () => {
  const registry = await openRegistry({ store: await openStore(process.env.RADLITE_STORE!) });
  await seedRegistry(registry, SHIPPED);
  const bundle = join(SHIPPED, "residual-64-small");
  const bytes = await readFile(join(bundle, "model.rlm"));
  const versions = registry.state.models.get("chest-xray")!.versions;
  const { id } = versions.find(({ sizeBytes }) => sizeBytes === bytes.length)!;

  for (const named of [join(bundle, "model.rlm"), bundle, id]) {
    expect(Buffer.from(await readTeacher(named)).equals(bytes)).toBe(true);
  }
});

test("one that is neither is refused with what was looked for", async () => {
  await openRegistry({ store: await openStore(process.env.RADLITE_STORE!) });

  await expect(readTeacher("chest-xray@7")).rejects.toThrow(
    /version chest-xray@7 is not registered at file:/,
  );
  await expect(readTeacher("nothing.rlm")).rejects.toThrow(/cannot read nothing\.rlm: there is no such file/);
});
