/** Radlite's own engine, from the model file. */
import { readFileSync } from "node:fs";
import { loadEngine } from "@radlite/model/engine";
import { open } from "@radlite/model/format";
import type { Load } from "./peer.ts";

export const load: Load = async (folder) => {
  const { network } = open(readFileSync(`${folder}/model.rlm`));
  const engine = await loadEngine(network, { engine: "wasm" });
  return async (image) => (await engine.run(image)).logits;
};
