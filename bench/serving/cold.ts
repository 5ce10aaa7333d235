/**
 * One cold process: `node cold.mjs [PEER.mjs FOLDER]` loads a peer and gets one answer for a fixed image, then
 * tells what the process has cost since it began. Without a peer it tells what Node alone costs.
 */
import { readFileSync } from "node:fs";
import { reportCost } from "./cost.ts";
import { loadPeer } from "./peers/peer.ts";

const [, , peer, folder] = process.argv;
if (peer && folder) {
  const { input } = JSON.parse(readFileSync(`${folder}/network.json`, "utf8"));
  const run = await loadPeer(peer, folder);
  await run(new Float32Array(input.height * input.width * input.channels));
}
reportCost();
