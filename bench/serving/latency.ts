/** A warm process: from a tensor on every peer, from a radiograph on ours, and loading a model. */
import { readFileSync } from "node:fs";
import { loadEngine } from "@radlite/model/engine";
import { encodeNetwork, open } from "@radlite/model/format";
import { prepareInput } from "@radlite/model/input";
import { judge, loadVerdictModel } from "@radlite/model/verdict";
import { compareMedians, type PeerProcess, timeCalls } from "./measure.ts";
import { writeNetwork } from "./network-file.ts";
import { smallModel } from "./networks.ts";
import { number, printTable, printTitle, printVerdicts } from "./report.ts";

const ROUNDS = 9;
const WHOLE_TARGET = 1.3; // times decode and resize alone
const LOAD_TARGET_MS = 3;
const MODEL_BYTES = 16_000;

export async function benchLatency(
  peers: readonly PeerProcess[],
  models: readonly string[],
  radiographs: readonly string[],
  folder: string,
): Promise<void> {
  printTitle("Warm, from a tensor: processor ms a run");
  const rows = [["", ...peers.map(({ name }) => name)]];
  for (const path of models) {
    const { network } = open(readFileSync(path));
    writeNetwork(folder, network);
    const contestants: Record<string, () => Promise<number>> = {};
    for (const peer of peers) {
      await peer.load(folder, network.input.height * network.input.width * network.input.channels);
      contestants[peer.name] = async () => (await peer.run(40)).cpuMs / 40;
    }
    const cpuMs = await compareMedians(contestants, { rounds: ROUNDS });
    rows.push([path, ...peers.map(({ name }) => number(cpuMs[name]!, 3))]);
  }
  printTable(rows);
  await benchRadiographs(models[0]!, radiographs);
  await benchLoading(models);
}

async function benchRadiographs(modelPath: string, radiographs: readonly string[]): Promise<void> {
  printTitle(`Warm, from a file to a verdict (${modelPath}): processor ms`);
  const model = await loadVerdictModel(readFileSync(modelPath));
  const rows = [["", "decode and resize", "to the verdict"]];
  const verdicts = [];
  for (const path of radiographs) {
    const bytes = readFileSync(path);
    const times = bytes.length > 100_000 ? 5 : 40;
    const cpuMs = await compareMedians(
      {
        prepare: () => timeCalls(() => prepareInput(bytes, model.input), times),
        classify: () =>
          timeCalls(async () => judge(model, (await prepareInput(bytes, model.input)).tensor), times),
      },
      { rounds: 2 * ROUNDS },
    );
    const ratio = cpuMs.classify / cpuMs.prepare;
    rows.push([path, number(cpuMs.prepare, 2), number(cpuMs.classify, 2)]);
    verdicts.push({
      figure: `${path}: ${number(ratio, 2)}x decode and resize alone`,
      target: `<= ${WHOLE_TARGET}`,
      isMet: ratio <= WHOLE_TARGET,
    });
  }
  printTable(rows);
  printVerdicts(verdicts);
}

async function benchLoading(models: readonly string[]): Promise<void> {
  printTitle("Warm, loading a model: bytes to an engine that is ready, processor ms");
  const synthetic = encodeNetwork(smallModel());
  const files = [
    { name: "16 kB of clustered weights", bytes: synthetic },
    ...models.map((path) => ({ name: path, bytes: new Uint8Array(readFileSync(path)) })),
  ];
  const load = async (bytes: Uint8Array): Promise<void> => {
    await loadEngine(open(bytes).network, { engine: "wasm" });
  };
  const cpuMs = await compareMedians(
    Object.fromEntries(files.map(({ name, bytes }) => [name, () => timeCalls(() => load(bytes), 10)])),
    { rounds: ROUNDS },
  );
  printTable([
    ["", "bytes", "ms"],
    ...files.map(({ name, bytes }) => [name, String(bytes.length), number(cpuMs[name]!, 2)]),
  ]);
  const loadMs = cpuMs[files[0]!.name]!;
  printVerdicts([
    {
      figure: `a model of ${synthetic.length} bytes: ${number(loadMs, 2)} ms`,
      target: `< ${LOAD_TARGET_MS} ms at ${MODEL_BYTES} bytes`,
      isMet: loadMs < LOAD_TARGET_MS,
    },
  ]);
}
