/**
 * The part of ONNX's protobuf schema that an exported network needs, field numbers as in onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), and the messages in TypeScript.
 */
import protobuf from "protobufjs/light.js";

/** TensorProto.DataType. */
export const DATA_TYPES = { float32: 1, uint8: 2, int64: 7 } as const;

/** AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPES = { int: 2, ints: 7 } as const;

export interface OnnxAttribute {
  name: string;
  type: number;
  i?: number;
  ints?: number[];
}

export interface OnnxNode {
  op_type: string;
  name: string;
  input: string[];
  output: string[];
  attribute: OnnxAttribute[];
}

export interface OnnxTensor {
  name: string;
  data_type: number;
  dims: number[];
  raw_data: Uint8Array; // little-endian
}

/** So long, or as long as the caller likes, by a name. */
export type OnnxDimension = { dim_value: number } | { dim_param: string };

export interface OnnxValueInfo {
  name: string;
  type: { tensor_type: { elem_type: number; shape: { dim: OnnxDimension[] } } };
}

export interface OnnxModel {
  ir_version: number;
  producer_name: string;
  opset_import: { domain: string; version: number }[];
  graph: {
    name: string;
    node: OnnxNode[];
    initializer: OnnxTensor[];
    input: OnnxValueInfo[];
    output: OnnxValueInfo[];
  };
  metadata_props: { key: string; value: string }[];
}

const repeated = (type: string, id: number) => ({ rule: "repeated", type, id });
const single = (type: string, id: number) => ({ type, id });

const SCHEMA = {
  nested: {
    ModelProto: {
      fields: {
        ir_version: single("int64", 1),
        producer_name: single("string", 2),
        graph: single("GraphProto", 7),
        opset_import: repeated("OperatorSetIdProto", 8),
        metadata_props: repeated("StringStringEntryProto", 14),
      },
    },
    StringStringEntryProto: { fields: { key: single("string", 1), value: single("string", 2) } },
    OperatorSetIdProto: { fields: { domain: single("string", 1), version: single("int64", 2) } },
    GraphProto: {
      fields: {
        node: repeated("NodeProto", 1),
        name: single("string", 2),
        initializer: repeated("TensorProto", 5),
        input: repeated("ValueInfoProto", 11),
        output: repeated("ValueInfoProto", 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated("string", 1),
        output: repeated("string", 2),
        name: single("string", 3),
        op_type: single("string", 4),
        attribute: repeated("AttributeProto", 5),
      },
    },
    AttributeProto: {
      fields: {
        name: single("string", 1),
        i: single("int64", 3),
        ints: repeated("int64", 8),
        type: single("int32", 20),
      },
    },
    TensorProto: {
      fields: {
        dims: repeated("int64", 1),
        data_type: single("int32", 2),
        name: single("string", 8),
        raw_data: single("bytes", 9),
      },
    },
    ValueInfoProto: { fields: { name: single("string", 1), type: single("TypeProto", 2) } },
    TypeProto: { fields: { tensor_type: single("TensorTypeProto", 1) } },
    TensorTypeProto: { fields: { elem_type: single("int32", 1), shape: single("TensorShapeProto", 2) } },
    TensorShapeProto: { fields: { dim: repeated("DimensionProto", 1) } },
    DimensionProto: { fields: { dim_value: single("int64", 1), dim_param: single("string", 2) } },
  },
};

/** The bytes of an ONNX model; fields go out in the order of their numbers, so equal models give equal bytes. */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const type = protobuf.Root.fromJSON(SCHEMA).lookupType("ModelProto");
  return Uint8Array.from(type.encode(type.create({ ...model })).finish());
}
