// Compiles model/kernels/assembly and writes it, as hexadecimal digits, to model/kernels/binaries.ts: `npm run kernels`.
// Base64 would be shorter here and half as long again on the wire, since gzip finds no bytes in it.
// The plain build holds every kernel; the relaxed one those that gain by multiply-add in one instruction.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";
import { root } from "./steps.mjs";

const SOURCES = "model/kernels/assembly";
export const TARGET = join(root, "model/kernels/binaries.ts");
const OPTIONS = [
  ...["--optimizeLevel", "3", "--shrinkLevel", "0", "--converge"],
  ...["--runtime", "stub", "--noAssert", "--importMemory", "--noExportMemory", "--enable", "simd"],
  ...["--disableWarning", "112"], // v128 does not cross to the host, only between our own files
];

/** What the committed file must say. */
export async function generateBinaries() {
  const plain = await compile("index.ts", []);
  const relaxed = await compile("relaxed.ts", ["--enable", "relaxed-simd"]);
  return `// Written by scripts/kernels.mjs from model/kernels/assembly; a test fails while it is not current.
/** Every kernel; needs SIMD. */
export const PLAIN =
  "${Buffer.from(plain).toString("hex")}";
/** conv and depthwiseConv with relaxed multiply-add. */
export const RELAXED =
  "${Buffer.from(relaxed).toString("hex")}";
`;
}

async function compile(file, options) {
  let binary;
  const { error, stderr } = await asc.main(
    [`${SOURCES}/${file}`, "--outFile", "out.wasm", ...OPTIONS, ...options],
    {
      readFile: (name) => readFile(join(root, name), "utf8").catch(() => null),
      writeFile: (_name, contents) => {
        binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${file}: ${error.message}\n${stderr}`);
  return binary;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const text = await generateBinaries();
  await writeFile(TARGET, text);
  console.log(`model/kernels/binaries.ts: ${text.length} bytes`);
}
