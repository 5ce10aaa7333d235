import { expect, test } from "vitest";
import { compute, encodeProgram, feed, type Program } from "../../../../training/fit/compiled/program.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const text = (value: string) => Buffer.from(value).toString("hex");

test("a program's bytes are those of TensorFlow's own messages, field by field", () => {
  const program: Program = { operators: [] };
  const x = feed(program, "x", [2]);
  compute(program, "Relu", [x.at]);

  const type = (key: string) => `2a0${key.length === 1 ? "7" : "b"}0a0${key.length}${text(key)}12023001`; // attr: type = DT_FLOAT
  const shape = `2a0f0a05${text("shape")}12063a0412020802`; // attr: shape = [2]
  const placeholder = `0a01${text("x")}120b${text("Placeholder")}${type("dtype")}${shape}`;
  const relu = `0a06${text("Relu_1")}1204${text("Relu")}1a03${text("x:0")}${type("T")}`;
  const length = (part: string) => (part.length / 2).toString(16).padStart(2, "0");
  const graph = `0a${length(placeholder)}${placeholder}0a${length(relu)}${relu}220308ed0c`; // producer 1645
  const meta = `0a072205${text("train")}12${length(graph)}${graph}`;
  expect(hex(encodeProgram(program))).toBe(`080112${length(meta)}${meta}`);
});
