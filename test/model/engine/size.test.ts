/** What a browser or the smallest function ships to open a model and run it, without an image decoder. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, type OutputFile } from "esbuild";
import { expect, test } from "vitest";

const LIMIT_BYTES = 50_000;
const ENTRY = "stdin.js";
const model = readFileSync("registry/shipped/residual-64-small/model.rlm");

/** Minified files: the entry with kernels and engine, and what it shares with the ONNX engine, the format. */
async function bundle(): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { open } from "@radlite/model/format"; export { loadEngine } from "@radlite/model/engine";`,
      resolveDir: "model",
    },
    bundle: true,
    minify: true,
    splitting: true,
    write: false,
    outdir: "out",
    logLevel: "silent",
    platform: "browser",
    format: "esm",
    target: "es2022", // a `node:` import would fail to resolve
    external: ["onnxruntime-node"],
  });
  return filesLoadedBy(ENTRY, outputFiles);
}

test("a model and the engine take at most 50 kB; with the reader of model files, too, once compressed", async () => {
  const loaded = await bundle();
  const engine = loaded.find(({ path }) => path.endsWith(ENTRY))!;
  const compressed = loaded.map(({ contents }) => gzipSync(contents).length);

  expect(engine.contents.length + model.length).toBeLessThanOrEqual(LIMIT_BYTES);
  expect(compressed.reduce((sum, bytes) => sum + bytes, model.length)).toBeLessThanOrEqual(LIMIT_BYTES);
});

test("onnxruntime and the ONNX export are loaded on demand only", async () => {
  const text = (await bundle()).map((file) => file.text).join();

  expect(text).not.toContain("onnxruntime-node is not installed");
  expect(text).not.toContain("protobuf");
});

/** A file and those that it imports statically, each once. */
function filesLoadedBy(name: string, files: OutputFile[], found = new Set<OutputFile>()): OutputFile[] {
  const file = files.find(({ path }) => path.endsWith(name))!;
  if (!found.has(file)) {
    found.add(file);
    for (const [, imported] of file.text.matchAll(/(?:from|import)"\.\/([^"]+)"/g))
      filesLoadedBy(imported!, files, found);
  }
  return [...found];
}
