import { readFileSync } from "node:fs";
import { PLAIN, RELAXED } from "./model/kernels/binaries.ts";
import { canRun } from "./model/kernels/probe.ts";
import { computeCrc32c } from "@radlite/model/kernels";
import { checkEnvelope } from "./model/format/envelope.ts";
import { readHeader } from "./model/format/header.ts";
import { validateGraph } from "./model/format/validation.ts";
import { createByteReader } from "./model/format/byte-stream.ts";
const stage = Number(process.env.STAGE);
const f = () => { 
  const tiny = Uint8Array.from([0,0x61,0x73,0x6d,1,0,0,0,1,4,1,0x60,0,0,3,2,1,0,7,5,1,1,0x61,0,0,10,4,1,2,0,0x0b]);
  if (stage === 1) { const i = new WebAssembly.Instance(new WebAssembly.Module(tiny)); (i.exports as any).a(); }
  if (stage === 2) { new WebAssembly.Module(Buffer.from(PLAIN, "base64")); }
  if (stage === 3) { const m = new WebAssembly.Module(Buffer.from(PLAIN, "base64")); new WebAssembly.Instance(m, { env: { memory: new WebAssembly.Memory({ initial: 9 }) } }); }
  if (stage >= 4) canRun("simd");
  const bytes = readFileSync("/tmp/engine/net/model.rlm");
  if (stage >= 5) computeCrc32c(bytes);
  if (stage >= 6) { checkEnvelope(bytes); const reader = createByteReader(bytes.subarray(4)); const h = readHeader(createByteReader(reader.bytes(reader.varint("h"), "header")));
  if (stage >= 7) validateGraph(h); }
  if (stage === 8) { canRun("relaxed-simd"); new WebAssembly.Module(Buffer.from(RELAXED, "base64")); }
};
export const load = async () => { f(); return async () => new Float32Array(1); };
