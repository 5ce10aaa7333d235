/**
 * Stored weights -> the values of a graph. Layers are matched by name, or one after the other; the tensors of a
 * layer by Keras' names where the file uses them, else by Keras' order. The head is the graph's own and never
 * loaded. A grey network takes the first kernel summed over red, green and blue: exact for a grey image repeated
 * three times where all three are normalised alike.
 *
 * Names that Keras counts by itself (`conv2d_42`) begin at another number in every session, so layers of such names
 * fit by order alone.
 */
import { type Graph, listTensors, type TensorRole } from "../architectures/graph.ts";
import { HEAD_PREFIX } from "../architectures/head.ts";
import { COUNTED_NAME } from "../architectures/layer-order.ts";
import { nameTensors } from "./keras-names.ts";
import { refuseWeights, type StoredLayer, type StoredTensor, type StoredWeights } from "./stored.ts";

export interface LoadReport {
  /** Layers of the graph whose values come from the file. */
  loaded: string[];
  /** Layers of the graph that start as drawn: the file lacks them, or their values. */
  missing: string[];
  /** Layers of the file that the graph has no use for. */
  unused: string[];
}

interface GraphLayer {
  name: string;
  /** Its tensors in Keras' order: their numbers, and what Keras calls them. */
  tensors: { number: number; title: string }[];
  readsImage: boolean;
}

/**
 * A copy of `values`, with those of the file put in. Errors: BAD_INPUT naming the layer (another shape, another
 * number of tensors, a counted name that is matched by name), or where no layer fits at all.
 */
export function loadWeights(
  graph: Graph,
  values: readonly Float32Array[],
  stored: StoredWeights,
  { match }: { match: "name" | "order" },
): { values: Float32Array[]; report: LoadReport } {
  const layers = listLayers(graph);
  const counted = layers.find(({ name }) => COUNTED_NAME.test(name));
  if (match === "name" && counted) throw refuseCounted(counted.name, stored.origin);
  const partners = match === "name" ? pairByName(layers, stored) : layers.map((_, at) => stored.layers[at]);
  const result = [...values];
  const report: LoadReport = { loaded: [], missing: [], unused: [] };
  layers.forEach((layer, at) => {
    const partner = partners[at];
    if (partner?.tensors) {
      for (const [tensor, array] of readLayer(graph, layer, partner, stored.origin)) result[tensor] = array;
    }
    report[partner?.tensors ? "loaded" : "missing"].push(layer.name);
  });
  report.unused = stored.layers.filter((layer) => !partners.includes(layer)).map(({ name }) => name);
  if (report.loaded.length === 0) throw refuseStrangers(layers, partners, stored);
  return { values: result, report };
}

/** Layers with weights, without the head. */
function listLayers(graph: Graph): GraphLayer[] {
  const names = nameTensors(graph);
  const layers: GraphLayer[] = [];
  for (const node of graph.nodes) {
    for (const number of listTensors(node)) {
      const { layer: name, tensor: title } = names[number]!;
      if (name.startsWith(HEAD_PREFIX)) continue;
      if (layers.at(-1)?.name !== name) {
        layers.push({ name, tensors: [], readsImage: (node.inputs as number[]).includes(0) });
      }
      layers.at(-1)!.tensors.push({ number, title });
    }
  }
  return layers;
}

function pairByName(layers: readonly GraphLayer[], stored: StoredWeights): (StoredLayer | undefined)[] {
  const byName = new Map(stored.layers.map((layer) => [layer.name, layer]));
  return layers.map(({ name }) => byName.get(name));
}

function readLayer(
  graph: Graph,
  { name, tensors, readsImage }: GraphLayer,
  partner: StoredLayer,
  origin: string,
): [tensor: number, values: Float32Array][] {
  const stored = partner.tensors!;
  const title = partner.name === name ? `layer ${name}` : `layer ${name} (${partner.name} in the file)`;
  if (stored.length !== tensors.length) {
    const expected = tensors.map(({ title }) => title).join(", ");
    throw refuseWeights(
      origin,
      `${title} was expected to have ${expected}; found ${stored.map((one) => one.name).join(", ") || "nothing"}`,
    );
  }
  return tensors.map((tensor, position) => {
    const { shape, role } = graph.tensors[tensor.number]!;
    const found = stored.find((one) => one.name === tensor.title) ?? stored[position]!;
    const grey = readsImage && role === "kernel" && shape[2] === 1 && found.shape[2] === 3;
    const expected = grey ? shape.with(2, 3) : shape;
    if (expected.join() !== found.shape.join()) {
      throw refuseWeights(
        origin,
        `${found.name} of ${title} was expected to be ${expected.join("x")} and is ${found.shape.join("x")}`,
      );
    }
    const read = grey ? sumColours(found) : found.read();
    return [tensor.number, checkValues(read, role, `${found.name} of ${title}`, origin)];
  });
}

/** [kh, kw, 3, out] -> [kh, kw, 1, out]. */
function sumColours({ shape, read }: StoredTensor): Float32Array {
  const [rows, columns, colours, out] = shape as [number, number, number, number];
  const values = read();
  return Float32Array.from({ length: rows * columns * out }, (_, at) => {
    const start = Math.floor(at / out) * colours * out + (at % out);
    return values[start]! + values[start + out]! + values[start + 2 * out]!;
  });
}

function checkValues(values: Float32Array, role: TensorRole, title: string, origin: string): Float32Array {
  const least = role === "variance" ? 0 : Number.NEGATIVE_INFINITY;
  const bad = values.findIndex((value) => !Number.isFinite(value) || value < least);
  if (bad < 0) return values;
  const expected = role === "variance" ? "numbers from 0 up" : "finite numbers";
  throw refuseWeights(origin, `${title} holds ${values[bad]} at ${bad}; ${expected} were expected`);
}

function refuseCounted(layer: string, origin: string) {
  return refuseWeights(
    origin,
    `layer ${layer} has a name that Keras counts anew in every session, so it cannot be found by it; say match: order`,
  );
}

function refuseStrangers(
  layers: readonly GraphLayer[],
  partners: readonly (StoredLayer | undefined)[],
  stored: StoredWeights,
) {
  if (partners.some((partner) => partner !== undefined))
    return refuseWeights(
      stored.origin,
      "its layers are named there and none has values: the files that hold them, its shards, are missing",
    );
  const name = (all: readonly { name: string }[]) =>
    `${all
      .slice(0, 3)
      .map((one) => one.name)
      .join(", ")}${all.length > 3 ? ", …" : ""}`;
  return refuseWeights(
    stored.origin,
    `they are of another architecture: layers ${name(layers)} were expected, found ${name(stored.layers) || "none"}`,
  );
}
