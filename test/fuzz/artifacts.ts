/**
 * Artifacts taken apart into what a mutation works on, and put together again with every length and the
 * checksum right: a change inside a part gets as far into the reader as that part lies.
 */
import {
  type Calibration,
  describeParts,
  encodeNetwork,
  type Network,
  seal,
  type ThresholdRule,
} from "@radlite/model/format";
import { createByteReader, createByteWriter } from "../../model/format/byte-stream.ts";
import { MAGIC, VERSION, withChecksum } from "../../model/format/envelope.ts";
import type { Numbers } from "../model/networks.ts";

export interface Section {
  tag: number;
  content: Uint8Array;
}

export interface Anatomy {
  header: Uint8Array;
  /** The tensors, end to end. */
  payload: Uint8Array;
  sections: Section[];
}

export function dissect(file: Uint8Array): Anatomy {
  const parts = describeParts(file);
  const reader = createByteReader(file);
  reader.bytes(parts[0]!.bytes, "magic and version");
  const header = reader.bytes(reader.varint("header length"), "header");
  const payloadBytes = parts.reduce((sum, part) => sum + (part.tensor === undefined ? 0 : part.bytes), 0);
  const payload = reader.bytes(payloadBytes, "payload");
  const sections = parts
    .filter(({ name }) => ["calibration", "trim", "review band"].includes(name) || name.startsWith("section"))
    .map(() => ({
      tag: reader.varint("tag"),
      content: reader.bytes(reader.varint("length"), "section"),
    }));
  return { header, payload, sections };
}

export function assemble({ header, payload, sections }: Anatomy): Uint8Array {
  const writer = createByteWriter();
  writer.bytes(MAGIC);
  writer.byte(VERSION);
  writer.varint(header.length);
  writer.bytes(header);
  writer.bytes(payload);
  for (const { tag, content } of sections) {
    writer.varint(tag);
    writer.varint(content.length);
    writer.bytes(content);
  }
  return withChecksum(writer.finish());
}

/** A file of this network, sealed or not, at times with a section of the future. */
export function freeze(network: Network, numbers: Numbers): Uint8Array {
  const trims = numbers.whole(0, 3) === 0;
  const frozen = encodeNetwork(trims ? { ...network, input: { ...network.input, trim: true } } : network);
  const file = numbers.whole(0, 3) ? seal(frozen, randomCalibration(numbers)) : frozen;
  if (numbers.whole(0, 4)) return file;
  const anatomy = dissect(file);
  const content = new Uint8Array(numbers.whole(0, 40)).fill(numbers.whole(0, 255));
  return assemble({ ...anatomy, sections: [...anatomy.sections, { tag: 65, content }] });
}

function randomCalibration(numbers: Numbers): Calibration {
  const fraction = (): number => Math.abs(numbers.floats(1, 1)[0]!);
  const cases = (): number => numbers.pick([0, 1, 127, 128, numbers.whole(0, 5000)]);
  const rule = numbers.pick([
    { kind: "half" },
    { kind: "youden" },
    { kind: "sensitivity", target: numbers.whole(1, 1_000_000) / 1_000_000 },
  ] as const satisfies ThresholdRule[]);
  return {
    temperature: Math.fround(0.05 + 8 * fraction()),
    threshold: fraction(),
    thresholdRule: rule,
    validation: {
      truePositives: cases(),
      falseNegatives: cases(),
      trueNegatives: cases(),
      falsePositives: cases(),
    },
    validationAuc: fraction(),
    ...(numbers.whole(0, 1) && {
      review: { coverage: numbers.whole(1, 999) / 1000, halfWidth: numbers.whole(0, 2048) / 64 },
    }),
  };
}
