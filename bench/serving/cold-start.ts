/** A cold process: what it costs over Node alone until its first answer, from a tensor and from a radiograph. */
import type { Cost } from "./cost.ts";
import { median, runCold } from "./measure.ts";
import { PEERS, type PeerName } from "./peers/peer.ts";
import { number, printTable, printTitle, printVerdicts } from "./report.ts";

const ROUNDS = 9;
/** Over Node alone, times what that takes: milliseconds say how fast the machine is. */
const CPU_TARGET = 0.75;
/** Over Node alone, without V8's optimising compiler, whose pages are nobody's to save. */
const MEMORY_TARGET_MB = 6;
const UNOPTIMISED = ["--no-wasm-dynamic-tiering", "--no-wasm-tier-up"];
const UNOPTIMISED_NAME = "radlite, unoptimised";
const RADIOGRAPH_TARGET = 0.85; // times onnxruntime-node on the same decode and resize

/** @param codings folders of networks in other codings, by name */
export async function benchColdStart(
  programs: string,
  folder: string,
  { codings, radiographs }: { codings: Record<string, string>; radiographs: readonly string[] },
): Promise<void> {
  printTitle(`Cold, from a tensor: processor ms and peak MB over Node alone, medians of ${ROUNDS} by turns`);
  const programOf = (peer: PeerName, folder = programs): string => `${folder}/peer-${peer}.mjs`;
  const cold = `${programs}/cold.mjs`;
  const costs = await compareCold({
    node: [cold],
    ...Object.fromEntries(PEERS.map((peer) => [peer, [cold, programOf(peer), folder]])),
    [UNOPTIMISED_NAME]: [...UNOPTIMISED, cold, programOf("radlite"), folder],
  });
  const bare = costs.node!;
  printTable([
    ["", "ms", "MB", "over Node: ms", "MB"],
    ...Object.entries(costs).map(([name, { cpuMs, peakMb }]) => [
      name,
      ...[cpuMs, peakMb, cpuMs - bare.cpuMs, peakMb - bare.peakMb].map((value) => number(value)),
    ]),
  ]);
  const share = (costs.radlite!.cpuMs - bare.cpuMs) / bare.cpuMs;
  const overMb = costs[UNOPTIMISED_NAME]!.peakMb - bare.peakMb;
  printVerdicts([
    {
      figure: `+${number(share, 2)} of Node's own processor time`,
      target: `<= +${CPU_TARGET}`,
      isMet: share <= CPU_TARGET,
    },
    {
      figure: `+${number(overMb)} MB unoptimised`,
      target: `<= +${MEMORY_TARGET_MB}`,
      isMet: overMb <= MEMORY_TARGET_MB,
    },
  ]);

  printTitle("The same, of other networks that ship: Radlite alone");
  const others = await compareCold({
    node: [cold],
    ...Object.fromEntries(
      Object.entries(codings).map(([name, other]) => [name, [cold, programOf("radlite"), other]]),
    ),
  });
  printTable([
    ["", "over Node: ms", "MB"],
    ...Object.keys(codings).map((name) => [
      name,
      number(others[name]!.cpuMs - others.node!.cpuMs),
      number(others[name]!.peakMb - others.node!.peakMb),
    ]),
  ]);

  for (const radiograph of radiographs) {
    printTitle(`Cold, from ${radiograph}: the same decode and resize, then the engine`);
    const own = `${programs}/radiograph`;
    const command = [`${own}/cold.mjs`, folder, radiograph];
    const whole = await compareCold({
      "decode and resize": command,
      radlite: [...command, programOf("radlite", own)],
      "onnxruntime-node": [...command, programOf("onnxruntime-node", own)],
    });
    printTable([
      ["", "ms", "MB"],
      ...Object.entries(whole).map(([name, { cpuMs, peakMb }]) => [name, number(cpuMs), number(peakMb)]),
    ]);
    const ratio = whole.radlite!.cpuMs / whole["onnxruntime-node"]!.cpuMs;
    printVerdicts([
      {
        figure: `${number(ratio, 2)}x onnxruntime-node`,
        target: `<= ${RADIOGRAPH_TARGET}`,
        isMet: ratio <= RADIOGRAPH_TARGET,
      },
    ]);
  }
}

async function compareCold(runs: Record<string, string[]>): Promise<Record<string, Cost>> {
  const costs: Record<string, Cost[]> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, command] of Object.entries(runs)) {
      const cost = await runCold(command);
      if (round > 0) costs[name] = [...(costs[name] ?? []), cost]; // the first fills the page cache
    }
  }
  return Object.fromEntries(
    Object.entries(costs).map(([name, all]) => [
      name,
      { cpuMs: median(all.map(({ cpuMs }) => cpuMs)), peakMb: median(all.map(({ peakMb }) => peakMb)) },
    ]),
  );
}
