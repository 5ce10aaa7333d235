/**
 * A process with one peer in it, driven from outside: it loads a network, then runs it so many times and tells
 * the processor time that took, threads included. Rounds of several peers can so be interleaved.
 */
import { loadPeer, type Run } from "./peers/peer.ts";

export type Order = { kind: "load"; folder: string; image: number } | { kind: "run"; times: number };

export interface Answer {
  cpuMs: number; // of all runs together
  logits: number[];
}

let run: Run = () => new Float32Array(0);
let image: Float32Array = new Float32Array(0);

process.on("message", async (order: Order) => {
  if (order.kind === "load") {
    run = await loadPeer(process.argv[2]!, order.folder);
    image = makeImage(order.image);
    process.send!({ cpuMs: 0, logits: [...(await run(image))] } satisfies Answer);
    return;
  }
  const before = process.cpuUsage();
  let logits: Float32Array = new Float32Array(0);
  for (let i = 0; i < order.times; i++) logits = await run(image);
  const { user, system } = process.cpuUsage(before);
  process.send!({ cpuMs: (user + system) / 1000, logits: [...logits] } satisfies Answer);
});
process.send!({ cpuMs: 0, logits: [] } satisfies Answer);

/** The same numbers in every process. */
function makeImage(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * i));
}
