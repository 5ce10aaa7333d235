/**
 * Those codings of the same shared values that give the shortest file. Values never change. The
 * header writes a codec once for a run of tensors, so a tensor's best coding depends on its neighbours': the
 * choice is a shortest path through the tensors, exact while no run is longer than 127.
 */
import { createByteWriter } from "./byte-stream.ts";
import { codecOf } from "./codecs/registry.ts";
import { payloadOrder } from "./header.ts";
import type { Coding, Network, WeightTensor } from "./network.ts";

export type SharedCoding = Extract<Coding, { codebook: Float32Array }>;

/** Of one more run in the header: codec and count. */
const RUN_BYTES = 2;

/** A way to code all tensors up to one: the file's bytes, and the way up to the tensor before. */
interface Path {
  tensor: WeightTensor;
  bytes: number;
  before: Path | undefined;
}

/**
 * The network with every tensor of shared values in one of `kinds`; tensors of other codings stay as they are.
 * Where two ways are equally short, the kind that is named first wins.
 */
export function recodeNetwork(network: Network, kinds: readonly SharedCoding["kind"][]): Network {
  const order = payloadOrder(network.nodes);
  let paths: Path[] = [];
  for (const index of order) {
    const options = listOptions(network.tensors[index]!, kinds);
    paths = options.map((tensor) => extendPath(paths, tensor));
  }
  const tensors = [...network.tensors];
  let path = findShortest(paths);
  for (const index of order.toReversed()) {
    tensors[index] = path!.tensor;
    path = path!.before;
  }
  return { ...network, tensors };
}

function listOptions(tensor: WeightTensor, kinds: readonly SharedCoding["kind"][]): WeightTensor[] {
  const { coding } = tensor;
  if (!("codebook" in coding)) return [tensor];
  const options = kinds.map((kind): WeightTensor => ({ ...tensor, coding: { ...coding, kind } }));
  const possible = options.filter((option) => codecOf(option.coding.kind)!.findProblem(option) === undefined);
  return possible.length > 0 ? possible : [tensor];
}

function extendPath(paths: Path[], tensor: WeightTensor): Path {
  const own = countBytes(tensor);
  const ways = paths.map((before): Path => {
    const isRun = before.tensor.coding.kind === tensor.coding.kind;
    return { tensor, bytes: before.bytes + own + (isRun ? 0 : RUN_BYTES), before };
  });
  return findShortest(ways) ?? { tensor, bytes: own + RUN_BYTES, before: undefined };
}

function findShortest(paths: Path[]): Path | undefined {
  return paths.reduce<Path | undefined>(
    (best, path) => (best === undefined || path.bytes < best.bytes ? path : best),
    undefined,
  );
}

/** Of a coding that spans tensors none: it stays whatever the others cost. */
function countBytes(tensor: WeightTensor): number {
  const writer = createByteWriter();
  codecOf(tensor.coding.kind)?.encode(tensor, writer);
  return writer.length;
}
