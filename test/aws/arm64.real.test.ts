/** The settings of a deployment that name a processor and a Node: what is packed is for them. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { provideSharp } from "../../scripts/sharp.mjs";
import { type Packaged, providePackage, unpack } from "./packaged.ts";

/** e_machine of an ELF file: which processor it is for. */
const AARCH64 = 0xb7;
const E_MACHINE_AT = 18;

let folder: string;
let packaged: Packaged;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-arm64-"));
  await provideSharp("arm64");
  packaged = await providePackage({
    settings: { RADLITE_ARCHITECTURE: "arm64", RADLITE_RUNTIME: "nodejs24.x" },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the functions are for arm64 and Node 24", () => {
  const functions = Object.values(packaged.template.Resources).filter(
    ({ Type }) => Type === "AWS::Lambda::Function",
  );
  expect(functions.length).toBeGreaterThan(9);
  for (const { Properties } of functions)
    expect(Properties).toMatchObject({ Architectures: ["arm64"], Runtime: "nodejs24.x" });
});

test.each(["classify", "score"])("the decoder in %s is for arm64, and no other is there", async (name) => {
  await unpack(packaged.zips[name]!, join(folder, name));

  const img = join(folder, name, "node_modules/@img");
  expect((await readdir(img)).sort()).toEqual(["sharp-libvips-linux-arm64", "sharp-linux-arm64"]);
  const native = (await readdir(img, { recursive: true })).filter((file) => /\.(node|so[\d.]*)$/.test(file));
  expect(native).toHaveLength(2);
  for (const file of native) {
    const bytes = await readFile(join(img, file));
    expect(bytes.subarray(0, 4).toString("latin1")).toBe("\x7fELF");
    expect(bytes.readUInt16LE(E_MACHINE_AT)).toBe(AARCH64);
  }
});
