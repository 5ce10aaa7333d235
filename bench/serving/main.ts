/**
 * The whole bench of serving: kernels, warm, cold and bytes, against onnxruntime-node, onnxruntime-web, tfjs-core
 * with its WASM backend and tfjs-node, each on the same exported network, each on one thread, with the targets
 * that Radlite holds itself to.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { readNamedRadiograph } from "@radlite/cli/files";
import { open } from "@radlite/model/format";
import { decodeRadiograph } from "@radlite/model/input";
import sharp from "sharp";
import { plainly } from "../plainly.ts";
import { benchColdStart } from "./cold-start.ts";
import { benchKernels } from "./kernels.ts";
import { benchLatency } from "./latency.ts";
import { startPeer } from "./measure.ts";
import { writeNetwork } from "./network-file.ts";
import { PEERS } from "./peers/peer.ts";
import { reportShipped } from "./shipped.ts";

export const main = plainly(measure);

const MODELS = ["registry/shipped/residual-64-small/model.rlm", "registry/shipped/residual-64/model.rlm"];
/** Others that ship: by arithmetic code, and by random code. */
const CODINGS = ["residual-64-tiny", "residual-64-pruned", "residual-32-miracle-1k"];
const SMALL_RADIOGRAPH = "test/fixtures/radiographs/IM-0115-0001.jpeg";
/** pixels: as a detector gives them; enlarged from the small one unless a file is named. */
const FULL_SIZE = { width: 1618, height: 1279 };

async function measure({ programs, radiograph }: { programs: string; radiograph?: string }): Promise<void> {
  if (radiograph !== undefined) await decodeRadiograph(await readNamedRadiograph(radiograph));
  const [load] = loadavg();
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model.trim()}, load ${load!.toFixed(1)}${load! > 0.5 ? " (busy: processor times are stretched)" : ""}`,
  );
  const folder = mkdtempSync(join(tmpdir(), "radlite-bench-"));
  const peers = [];
  try {
    const large = radiograph ?? (await enlarge(SMALL_RADIOGRAPH, join(folder, "full-size.jpeg")));
    for (const name of PEERS) peers.push(await startPeer(programs, name));
    await benchKernels(peers, folder);
    await benchLatency(peers, MODELS, [SMALL_RADIOGRAPH, large], folder);
    for (const peer of peers) peer.stop();
    writeNetwork(folder, open(readFileSync(MODELS[0]!)).network);
    const codings: Record<string, string> = {};
    for (const name of CODINGS) {
      codings[name] = join(folder, name);
      writeNetwork(codings[name], open(readFileSync(`registry/shipped/${name}/model.rlm`)).network);
    }
    await benchColdStart(programs, folder, { codings, radiographs: [SMALL_RADIOGRAPH, large] });
    reportShipped(programs, MODELS[0]!);
  } finally {
    for (const peer of peers) peer.stop();
    rmSync(folder, { recursive: true });
  }
}

async function enlarge(from: string, to: string): Promise<string> {
  const { width, height } = FULL_SIZE;
  writeFileSync(
    to,
    await sharp(from).resize(width, height, { fit: "fill" }).jpeg({ quality: 90 }).toBuffer(),
  );
  return to;
}
