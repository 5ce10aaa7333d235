/**
 * One cold process: `node cold.mjs FOLDER RADIOGRAPH [PEER.mjs]` gets one answer for a file through the
 * product's own decode and resize; without a peer it decodes and resizes only.
 */
import { readFileSync } from "node:fs";
import { prepareInput } from "@radlite/model/input";
import { reportCost } from "./cost.ts";
import { loadPeer } from "./peers/peer.ts";

const [, , folder, radiograph, peer] = process.argv as unknown as [string, string, string, string, string?];
const { input } = JSON.parse(readFileSync(`${folder}/network.json`, "utf8"));
const { tensor } = await prepareInput(readFileSync(radiograph), input);
if (peer) {
  const run = await loadPeer(peer, folder);
  await run(tensor);
}
reportCost();
