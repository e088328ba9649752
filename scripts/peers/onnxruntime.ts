import { join } from "node:path";
import type { Contestant, Peer } from "./contestant.ts";
import { type OnnxExpression, onnxExpressions } from "./onnx-expressions.ts";
import { OnnxGraph, type OnnxModel, type OnnxValue } from "./onnx-model.ts";
import { importPeer } from "./packages.ts";
import type { InputName, PeerInputs } from "./peer-inputs.ts";

/** The parts of onnxruntime that are used here; its own types are not installed with the product. */
interface Tensor {
  getData(): Promise<Float32Array>;
  dispose(): void;
}
interface Session {
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: { fromGpuBuffer(buffer: GPUBuffer, options: object): Tensor };
  readonly env: { readonly wasm: { numThreads: number }; readonly webgpu: { readonly device: Promise<GPUDevice> } };
}
interface Proto {
  readonly onnx: { readonly ModelProto: { encode(model: OnnxModel): { finish(): Uint8Array } } };
}

/** Opens onnxruntime-web on its WebGPU provider. */
export async function openOnnxruntime(folder: string): Promise<Peer> {
  takeSharedMemory();
  const runtime = (await importPeer(folder, join(folder, RUNTIME))) as unknown as Runtime;
  const { default: proto } = (await importPeer(folder, "onnx-proto")) as unknown as { default: Proto };
  runtime.env.wasm.numThreads = 1;
  return {
    async contestants(task, given) {
      const made: Contestant[] = [];
      // It opens one session at a time.
      for (const expression of onnxExpressions[task] ?? []) {
        made.push(await contestant(runtime, proto, expression, given));
      }
      return made;
    },
  };
}

const RUNTIME = "node_modules/onnxruntime-web/dist/ort.webgpu.min.mjs";

/**
 * onnxruntime's memory is shared between threads, also if it has only one. Browsers write from shared memory to a
 * buffer; Dawn's bindings for Node refuse it, and get a copy.
 */
function takeSharedMemory(): void {
  const queue = GPUQueue.prototype;
  const { writeBuffer } = queue;
  queue.writeBuffer = function (buffer, offset, data, ...range: number[]) {
    const memory = ArrayBuffer.isView(data) ? data.buffer : data;
    if (!(memory instanceof SharedArrayBuffer)) {
      return writeBuffer.call(this, buffer, offset, data, ...range);
    }
    const [from = 0, count] = range;
    const view = ArrayBuffer.isView(data) ? (data as Uint8Array) : new Uint8Array(memory);
    return writeBuffer.call(this, buffer, offset, view.slice(from, count === undefined ? undefined : from + count));
  };
}

async function contestant(
  runtime: Runtime,
  { onnx }: Proto,
  { how, build }: OnnxExpression,
  given: PeerInputs,
): Promise<Contestant> {
  const graph = new OnnxGraph();
  const entries = Object.entries(given.tensors);
  const inputs = Object.fromEntries(entries.map(([name]) => [name, graph.input(name)]));
  const outputs = build(graph, inputs as Record<InputName, OnnxValue>, given);
  const tensors = entries.map(([name, { dims, values }]) => ({ name, dims, type: typeOf(values) }));
  const model = onnx.ModelProto.encode(graph.model(tensors, outputs)).finish();
  const session = await runtime.InferenceSession.create(model, {
    executionProviders: ["webgpu"],
    preferredOutputLocation: "gpu-buffer",
    logSeverityLevel: 3,
  });
  const device = await runtime.env.webgpu.device;
  const feeds = Object.fromEntries(
    entries.map(([name, { dims, values }]) => {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      // Kernels read whole vec4s.
      const buffer = device.createBuffer({ size: 16 * Math.ceil(values.byteLength / 16), usage });
      device.queue.writeBuffer(buffer, 0, values as GPUAllowSharedBufferSource);
      return [name, runtime.Tensor.fromGpuBuffer(buffer, { dataType: typeOf(values), dims })];
    }),
  );
  let results: Readonly<Record<string, Tensor>> = {};
  const run = async () => {
    results = await session.run(feeds);
    await device.queue.onSubmittedWorkDone();
  };
  const release = async () => {
    for (const tensor of Object.values(results)) tensor.dispose();
  };
  return {
    name: how === undefined ? "onnxruntime" : `onnxruntime, ${how}`,
    run,
    release,
    async read() {
      await run();
      const names = Object.entries(results);
      const read = await Promise.all(
        names.map(async ([name, tensor]) => [name, (await tensor.getData()).slice()] as const),
      );
      await release();
      return Object.fromEntries(read);
    },
  };
}

function typeOf(values: Float32Array | Int32Array): "float32" | "int32" {
  return values instanceof Int32Array ? "int32" : "float32";
}
