/**
 * The file, `.rlm`: magic · version · length of the header · header · payload · sealed sections · CRC-32C of
 * all that goes before. An unsealed file is the same without what is fitted. Nothing in it depends on when, where or
 * by whom it was made, so equal networks give equal bytes.
 */
import { RadliteError } from "@radlite/model/errors";
import { checkBinaryLayers } from "./binary-layers.ts";
import { type ByteReader, createByteReader, createByteWriter } from "./byte-stream.ts";
import { runCodecOf } from "./codecs/registry.ts";
import { CHECKSUM_BYTES, checkEnvelope, MAGIC, VERSION, withChecksum } from "./envelope.ts";
import { findExpansion } from "./expansion.ts";
import { type Header, readHeader, runsOf, writeHeader } from "./header.ts";
import { LIMITS } from "./limits.ts";
import type { Network, WeightTensor } from "./network.ts";
import type { Calibration } from "./sealed.ts";
import { readSections, type Sections, writeSections } from "./sections.ts";
import { isWeighted, nodeName } from "./shapes.ts";
import { rememberOpened, validateDecoded, validateHeader, validateNetwork } from "./validation.ts";

export interface OpenedModel {
  network: Network;
  /** Absent in an unsealed file. */
  calibration?: Calibration;
  /** The unsealed file, made when asked for: equal for two files that differ in their calibration only. */
  readonly networkBytes: Uint8Array;
}

/** A stretch of the file; parts follow each other and add up to the file. */
export interface Part {
  name: string;
  bytes: number;
  /** The tensor whose values lie here, by its number in the opened network; of a coding that spans tensors, its share. */
  tensor?: number;
}

/**
 * Freezes a network into an unsealed file. The opened network numbers its tensors in the order in which nodes
 * use them, and is otherwise equal, bit for bit.
 * @throws BAD_INPUT for a network that is inconsistent or beyond a limit.
 */
export function encodeNetwork(network: Network): Uint8Array {
  const shapes = validateNetwork(network);
  const header = createByteWriter();
  writeHeader(header, network, shapes);
  if (header.length > LIMITS.headerBytes) {
    throw new RadliteError(
      "BAD_INPUT",
      `network takes a header of ${header.length} bytes, expected at most ${LIMITS.headerBytes}`,
    );
  }

  const writer = createByteWriter();
  writer.bytes(MAGIC);
  writer.byte(VERSION);
  writer.varint(header.length);
  writer.bytes(header.finish());
  const tensorAt = (index: number): WeightTensor => network.tensors[index]!;
  for (const run of runsOf(network.nodes, (index) => runCodecOf(tensorAt(index).coding.kind)!)) {
    run.codec.encode(run.tensors.map(tensorAt), writer);
  }
  const problem = findExpansion(
    {
      nodes: network.nodes,
      shapes,
      tensorShapes: network.tensors.map((tensor) => tensor.shape),
      kindOf: (index) => tensorAt(index).coding.kind,
    },
    writer.length + CHECKSUM_BYTES,
  );
  if (problem !== undefined) throw new RadliteError("BAD_INPUT", problem);
  writeSections(writer, trimOf(network));
  return withChecksum(writer.finish());
}

/**
 * Appends what was fitted on validation to a frozen network; of a file that is sealed already, the old
 * sections go. The network's bytes stay as they are.
 * @throws BAD_INPUT for a calibration out of range, BAD_ARTIFACT for bytes that do not open.
 */
export function seal(networkBytes: Uint8Array, calibration: Calibration): Uint8Array {
  const { network, networkEnd } = readFile(networkBytes);
  return joinSections(networkBytes.subarray(0, networkEnd), { calibration, ...trimOf(network) });
}

/**
 * Reads a file, sealed or not, checking all of it; memory and time are in proportion to the weights.
 * @param name what to call the file in messages: its path, or a version
 * @throws BAD_ARTIFACT for bytes that are damaged, foreign, of a newer version or beyond a limit.
 */
export function open(bytes: Uint8Array, name?: string): OpenedModel {
  const { network, networkEnd, calibration } = readFile(bytes, name);
  return {
    network,
    ...(calibration === undefined ? {} : { calibration }),
    get networkBytes() {
      return joinSections(bytes.subarray(0, networkEnd), trimOf(network));
    },
  };
}

function joinSections(body: Uint8Array, sections: Sections): Uint8Array {
  const writer = createByteWriter();
  writer.bytes(body);
  writeSections(writer, sections);
  return withChecksum(writer.finish());
}

const trimOf = ({ input: { trim } }: Network): Sections => (trim ? { trim } : {});

/**
 * Where the bytes of a file go: magic and version, header, each tensor, each sealed section, checksum.
 * @throws BAD_ARTIFACT as `open` does.
 */
export function describeParts(bytes: Uint8Array): Part[] {
  return readFile(bytes).parts;
}

interface ReadFile {
  network: Network;
  networkEnd: number;
  calibration: Calibration | undefined;
  parts: Part[];
}

function readFile(bytes: Uint8Array, name?: string): ReadFile {
  return asArtifactError(name, () => {
    checkEnvelope(bytes);
    const reader = createByteReader(bytes.subarray(0, bytes.length - CHECKSUM_BYTES));
    const parts: Part[] = [];
    let start = 0;
    const endPart = (part: Omit<Part, "bytes">): void => {
      parts.push({ ...part, bytes: reader.position - start });
      start = reader.position;
    };

    reader.bytes(MAGIC.length + 1, "magic");
    endPart({ name: "magic and version" });
    const headerBytes = reader.varint("header length");
    if (headerBytes > LIMITS.headerBytes) {
      throw new RadliteError(
        "BAD_ARTIFACT",
        `model file has a header of ${headerBytes} bytes, expected at most ${LIMITS.headerBytes}`,
      );
    }
    const header = readHeader(createByteReader(reader.bytes(headerBytes, "header")));
    endPart({ name: "header" });

    validateHeader(header);
    checkBinaryLayers(header.nodes, (index) => header.codecs[index]!.kind);
    const expansion = findExpansion(
      { ...header, kindOf: (index) => header.codecs[index]!.kind },
      bytes.length,
    );
    if (expansion !== undefined) throw new RadliteError("BAD_ARTIFACT", expansion);
    const tensors = readTensors(reader, header, (part) => parts.push(part));
    start = reader.position;
    validateDecoded(tensors);
    const networkEnd = reader.position;

    const { calibration, trim } = readSections(reader, (name) => endPart({ name }));
    const input = { ...header.input, ...(trim ? { trim } : {}) };
    const network = { input, nodes: header.nodes, tensors, labels: header.labels };
    rememberOpened(network, header.shapes);
    parts.push({ name: "checksum", bytes: CHECKSUM_BYTES });
    return { network, networkEnd, calibration, parts };
  });
}

function readTensors(reader: ByteReader, header: Header, onRead: (part: Part) => void): WeightTensor[] {
  const names = tensorNames(header);
  const tensors = new Array<WeightTensor>(header.tensorShapes.length);
  for (const run of runsOf(header.nodes, (index) => header.codecs[index]!)) {
    const shapes = run.tensors.map((index) => header.tensorShapes[index]!);
    run.codec.decode(reader, shapes).forEach(({ tensor, bytes }, at) => {
      const index = run.tensors[at]!;
      tensors[index] = tensor;
      onRead({ name: names[index]!, tensor: index, bytes });
    });
  }
  return tensors;
}

function tensorNames({ nodes }: Header): string[] {
  const names: string[] = [];
  nodes.forEach((node, index) => {
    if (!isWeighted(node)) return;
    names[node.weights] = `${nodeName(node, index)} weights`;
    if (node.bias !== undefined) names[node.bias] = `${nodeName(node, index)} bias`;
  });
  return names;
}

/** What is a caller's mistake when encoding is a bad file when opening; the message begins with the file's name. */
function asArtifactError<T>(name: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RadliteError)) throw error;
    const { code, message } = error;
    const problem = code === "BAD_INPUT" ? `model file does not open: ${message}` : message;
    throw new RadliteError("BAD_ARTIFACT", name === undefined ? problem : `${name}: ${problem}`, {
      cause: error,
    });
  }
}
