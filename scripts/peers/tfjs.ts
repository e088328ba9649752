import type { Contestant, Peer } from "./contestant.ts";
import { importPeer } from "./packages.ts";
import type { InputName, PeerInputs } from "./peer-inputs.ts";
import { type Tf, type TfTensor, tfjsExpressions } from "./tfjs-expressions.ts";

interface Core extends Tf {
  setBackend(name: "webgpu"): Promise<boolean>;
  backend(): {
    readonly queue: GPUQueue;
    endComputePassEncoder(): void;
    ensureCommandEncoderReady(): void;
    submitQueue(): void;
  };
  tidy<T>(work: () => T): T;
  dispose(tensors: object): void;
}

/** Opens TensorFlow.js on its WebGPU backend. */
export async function openTfjs(folder: string): Promise<Peer> {
  const tf = (await importPeer(folder, "@tensorflow/tfjs-core")) as unknown as Core;
  await importPeer(folder, "@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend("webgpu"))) throw new Error("tfjs has no WebGPU backend in this process");
  return {
    async contestants(task, given) {
      const expression = tfjsExpressions[task];
      return expression === undefined ? [] : [contestant(tf, given, (inputs) => expression(tf, inputs, given))];
    },
  };
}

function contestant(
  tf: Core,
  { tensors }: PeerInputs,
  expression: (inputs: Readonly<Record<InputName, TfTensor>>) => Record<string, TfTensor>,
): Contestant {
  const inputs = Object.fromEntries(
    Object.entries(tensors).map(([name, { values, dims }]) => {
      const type = values instanceof Int32Array ? "int32" : "float32";
      return [name, tf.tensor(values, dims, type)];
    }),
  ) as Record<InputName, TfTensor>;
  let results: Record<string, TfTensor> = {};
  const run = async () => {
    results = tf.tidy(() => expression(inputs));
    // What `data()` does, without the copy: operations wait in a compute pass that is still open.
    const backend = tf.backend();
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    await backend.queue.onSubmittedWorkDone();
  };
  const release = async () => tf.dispose(results);
  return {
    name: "tfjs",
    run,
    release,
    async read() {
      await run();
      const names = Object.entries(results);
      const read = await Promise.all(names.map(async ([name, tensor]) => [name, await tensor.data()] as const));
      await release();
      return Object.fromEntries(read);
    },
  };
}
