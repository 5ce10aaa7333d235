/** Kernel speed: stacks of one layer on every peer, and signs against floats on ours. */
import { countMacs } from "@radlite/model/format";
import {
  chooseBuild,
  packedLength,
  SLACK_BYTES,
  startKernels,
  VIEW_BYTES,
  writeView,
} from "@radlite/model/kernels";
import { chooseBlockTiles, countScratchBytes } from "../../model/engine/wasm/winograd.ts";
import { compareMedians, type PeerProcess, timeCalls } from "./measure.ts";
import { writeNetwork } from "./network-file.ts";
import { type LayerShape, stackOf } from "./networks.ts";
import type { PeerName } from "./peers/peer.ts";
import { number, printTable, printTitle, printVerdicts, type Verdict } from "./report.ts";

const SHAPES: LayerShape[] = [
  { kind: "3x3", side: 64, channels: 16 },
  { kind: "3x3", side: 32, channels: 32 },
  { kind: "3x3", side: 28, channels: 64 },
  { kind: "3x3", side: 14, channels: 256 },
  { kind: "1x1", side: 56, channels: 64 },
  { kind: "1x1", side: 28, channels: 128 },
  { kind: "depthwise 3x3", side: 56, channels: 64 },
  { kind: "depthwise 3x3", side: 28, channels: 128 },
];
const BINARY_SHAPES: LayerShape[] = [
  { kind: "3x3", side: 28, channels: 64 },
  { kind: "3x3", side: 14, channels: 256 },
];
const ROUNDS = 7;
const SAMPLE_MS = 60; // of processor time, about
const KERNEL_TARGET = 1.5; // times tfjs-wasm and onnxruntime-web
const BINARY_TARGET = 6; // times our float kernel
const GIGA = 1e9;

type Speeds = Record<PeerName, number>; // GFLOPS

const nameOf = ({ kind, side, channels }: LayerShape): string => `${kind} ${side}x${side}x${channels}`;

export async function benchKernels(peers: readonly PeerProcess[], folder: string): Promise<void> {
  printTitle("Kernels: GFLOPS of processor time, six equal layers with ReLU, one thread");
  const speeds = new Map<string, Speeds>();
  for (const shape of SHAPES) speeds.set(nameOf(shape), await measureStack(peers, shape, folder));
  printTable([
    ["", ...peers.map(({ name }) => name)],
    ...SHAPES.map((shape) => [
      nameOf(shape),
      ...peers.map(({ name }) => number(speeds.get(nameOf(shape))![name])),
    ]),
  ]);
  printVerdicts(
    SHAPES.flatMap((shape) =>
      (["tfjs-wasm", "onnxruntime-web"] as const).map((peer): Verdict => {
        const { radlite, [peer]: theirs } = speeds.get(nameOf(shape))!;
        const ratio = radlite / theirs;
        return {
          figure: `${nameOf(shape)}: ${number(ratio, 2)}x ${peer}`,
          target: `>= ${KERNEL_TARGET}`,
          isMet: ratio >= KERNEL_TARGET,
        };
      }),
    ),
  );
  await benchBinary(speeds);
}

async function measureStack(
  peers: readonly PeerProcess[],
  shape: LayerShape,
  folder: string,
): Promise<Speeds> {
  const network = stackOf(shape);
  const flops = 2 * countMacs(network).total;
  writeNetwork(folder, network);
  const logits: number[] = [];
  const contestants = {} as Record<PeerName, () => Promise<number>>;
  for (const peer of peers) {
    const { logits: theirs } = await peer.load(folder, shape.side ** 2);
    logits.push(theirs[0]!);
    const { cpuMs } = await peer.run(3);
    const times = Math.max(1, Math.round(SAMPLE_MS / (cpuMs / 3)));
    contestants[peer.name] = async () => (await peer.run(times)).cpuMs / times;
  }
  const stray = Math.max(...logits) - Math.min(...logits);
  if (!(stray < 1e-3 * Math.max(1, Math.abs(logits[0]!)))) {
    throw new Error(`${nameOf(shape)}: logits differ, ${peers.map(({ name }, i) => `${name} ${logits[i]}`)}`);
  }
  const cpuMs = await compareMedians(contestants, { rounds: ROUNDS });
  return Object.fromEntries(
    Object.entries(cpuMs).map(([name, ms]) => [name, flops / (ms / 1000) / GIGA]),
  ) as Speeds;
}

async function benchBinary(speeds: ReadonlyMap<string, Speeds>): Promise<void> {
  printTitle("Signs against floats: one 3x3 layer, billions of operations a second of processor time");
  const rows: string[][] = [
    ["", "our signs", "our floats, directly", "by Winograd", "onnxruntime-node floats"],
  ];
  const verdicts: Verdict[] = [];
  for (const shape of BINARY_SHAPES) {
    const { signs, floats, filtered } = await measureLayer(shape);
    const native = speeds.get(nameOf(shape))!["onnxruntime-node"];
    rows.push([nameOf(shape), ...[signs, floats, filtered, native].map((speed) => number(speed))]);
    const overFloats = signs / floats;
    const overNative = signs / native;
    verdicts.push(
      {
        figure: `${nameOf(shape)}: ${number(overFloats, 2)}x our floats product by product, ${number(signs / filtered, 2)}x by Winograd`,
        target: `>= ${BINARY_TARGET}`,
        isMet: overFloats >= BINARY_TARGET,
      },
      {
        figure: `${nameOf(shape)}: ${number(overNative, 2)}x onnxruntime-node's floats`,
        target: "> 1",
        isMet: overNative > 1,
      },
    );
  }
  printTable(rows);
  printVerdicts(verdicts);
}

/** The kernels on one layer, without an engine around them. */
async function measureLayer({
  side,
  channels,
}: LayerShape): Promise<Record<"signs" | "floats" | "filtered", number>> {
  const words = Math.ceil(channels / 32);
  const bordered = side + 2;
  const sizes = {
    views: 4 * 32,
    x: bordered ** 2 * channels * 4,
    bits: bordered ** 2 * words * 4,
    y: side ** 2 * channels * 4,
    weights: packedLength(9 * channels, channels) * 4,
    binaryWeights: packedLength(9 * words, channels) * 4,
    bias: channels * 4,
    transformed: packedLength(16 * channels, channels) * 4,
    scratch: countScratchBytes(channels),
  };
  let end = 64;
  const at = Object.fromEntries(
    Object.entries(sizes).map(([name, bytes]) => {
      const address = end;
      end += Math.ceil(bytes / 64) * 64;
      return [name, address];
    }),
  ) as Record<keyof typeof sizes, number>;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((end + SLACK_BYTES) / 65_536) });
  const kernels = startKernels(memory, chooseBuild()!);
  const view = (index: number, address: number, border: number, pixelBytes: number): number => {
    const rowBytes = (side + 2 * border) * pixelBytes;
    const data = address + border * (rowBytes + pixelBytes);
    writeView(memory, at.views + index * VIEW_BYTES, {
      data,
      height: side,
      width: side,
      channels,
      rowBytes,
      pixelBytes,
    });
    return at.views + index * VIEW_BYTES;
  };
  const [x, bits, y] = [
    view(0, at.x, 1, channels * 4),
    view(1, at.bits, 1, words * 4),
    view(2, at.y, 0, channels * 4),
  ];
  const operations = 2 * 9 * side ** 2 * channels ** 2;
  const times = Math.max(1, Math.round(3e9 / operations));
  const window = [3, 3, 1, 1, 1, 1] as const;
  const ms = await compareMedians(
    {
      signs: () =>
        timeCalls(
          () =>
            kernels.binaryConv(
              bits,
              at.binaryWeights,
              at.bias,
              at.bias,
              0,
              y,
              ...window,
              false,
              0,
              Number.POSITIVE_INFINITY,
            ),
          times * 4,
        ),
      floats: () =>
        timeCalls(
          () => kernels.conv(x, at.weights, at.bias, 0, y, ...window, 1, 0, Number.POSITIVE_INFINITY),
          times,
        ),
      filtered: () =>
        timeCalls(
          () =>
            kernels.winograd(
              ...([x, at.transformed, at.bias, 0, y, 1, 1, at.scratch] as const),
              ...([chooseBlockTiles(channels), 0, Number.POSITIVE_INFINITY] as const),
            ),
          times,
        ),
    },
    { rounds: 2 * ROUNDS },
  );
  const speedOf = (each: number): number => operations / (each / 1000) / GIGA;
  return { signs: speedOf(ms.signs), floats: speedOf(ms.floats), filtered: speedOf(ms.filtered) };
}
