/** A value of an ONNX graph, by its name. */
export type OnnxValue = string & { readonly isOnnxValue: true };

type Attribute = number | string | readonly number[] | { readonly float: number };

/** What `onnx-proto` encodes: a ModelProto as a plain object. */
export type OnnxModel = object;

/** An input of the graph. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: "float32" | "int32";
}

/** onnx.TensorProto.DataType */
const TYPES = { float32: 1, int32: 6, int64: 7 } as const;
/** onnx.AttributeProto.AttributeType */
const ATTRIBUTES = { float: 1, integer: 2, string: 3, integers: 7 } as const;
const IR_VERSION = 8;
const OPSET = 20;
/** onnxruntime's own operators, such as MultiHeadAttention. */
export const MICROSOFT = "com.microsoft";

interface OnnxNode {
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly object[];
}

/** Builds a graph node by node. */
export class OnnxGraph {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: object[] = [];

  input(name: string): OnnxValue {
    return name as OnnxValue;
  }

  /** Adds a node with one output. */
  node(
    opType: string,
    inputs: readonly (OnnxValue | undefined)[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = "",
  ): OnnxValue {
    const output = `${opType}_${this.#nodes.length}` as OnnxValue;
    const attribute = Object.entries(attributes).map(([name, value]) => ({ name, ...attributeOf(value) }));
    this.#nodes.push({ opType, domain, input: inputs.map((input) => input ?? ""), output: [output], attribute });
    return output;
  }

  /** A constant of f32. */
  floats(values: readonly number[] | Float32Array, dims: readonly number[] = []): OnnxValue {
    return this.#constant("float32", Float32Array.from(values), dims);
  }

  /** A constant of i64, such as a shape. */
  integers(...values: readonly number[]): OnnxValue {
    return this.#constant("int64", BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** The graph as a model, whose outputs have these names. */
  model(inputs: readonly OnnxTensor[], outputs: Readonly<Record<string, OnnxValue>>): OnnxModel {
    const names = new Map<string, string>(Object.entries(outputs).map(([name, value]) => [value, name]));
    const renamed = (values: readonly string[]) => values.map((value) => names.get(value) ?? value);
    const node = this.#nodes.map((one) => ({ ...one, input: renamed(one.input), output: renamed(one.output) }));
    const output = Object.keys(outputs).map((name) => ({ name, type: { tensorType: { elemType: TYPES.float32 } } }));
    return {
      irVersion: IR_VERSION,
      opsetImport: [
        { domain: "", version: OPSET },
        { domain: MICROSOFT, version: 1 },
      ],
      graph: { name: "task", node, initializer: this.#constants, input: inputs.map(valueInfo), output },
    };
  }

  #constant(type: keyof typeof TYPES, values: ArrayBufferView, dims: readonly number[]): OnnxValue {
    const name = `constant_${this.#constants.length}` as OnnxValue;
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#constants.push({ name, dims, dataType: TYPES[type], rawData });
    return name;
  }
}

function attributeOf(value: Attribute): object {
  if (typeof value === "number") return { type: ATTRIBUTES.integer, i: value };
  if (typeof value === "string") return { type: ATTRIBUTES.string, s: new TextEncoder().encode(value) };
  if ("float" in value) return { type: ATTRIBUTES.float, f: value.float };
  return { type: ATTRIBUTES.integers, ints: value };
}

function valueInfo({ name, dims, type }: OnnxTensor): object {
  const dim = dims.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: TYPES[type], shape: { dim } } } };
}
