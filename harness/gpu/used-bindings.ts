import { waitPolitely } from "./polite-wait.ts";

/** A resource that an entry point uses, itself or by the functions that it calls. */
export interface UsedBinding {
  readonly group: number;
  readonly binding: number;
  readonly resource: "read-only storage buffer" | "storage buffer" | "uniform buffer" | "texture or sampler";
}

/** What WebGPU guarantees, and what a device is opened with. */
const BIND_GROUPS = 4;

/**
 * Asks Dawn what the entry point of a pipeline with `layout: "auto"` uses: a bind group without entries is refused with
 * a list of those that belong into it. Only the compiler knows: a module may declare what other entry points use, and
 * binding numbers are expressions.
 */
export async function usedBindings(gpu: GPUDevice, pipeline: GPUComputePipeline): Promise<readonly UsedBinding[]> {
  const told = Array.from({ length: BIND_GROUPS }, (_, group) => {
    gpu.pushErrorScope("validation");
    gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(group), entries: [] });
    return gpu.popErrorScope();
  });
  const refusals = await waitPolitely(Promise.all(told));
  return refusals.flatMap((refusal, group) => (refusal === null ? [] : expectedBindings(refusal.message, group)));
}

const ENTRY = /\{ binding: (\d+), visibility: [^,]*, (\w+): \{(?:type: BufferBindingType::(\w+))?/g;

/** @throws where Dawn's message is not the one that the version we are tested with gives */
function expectedBindings(message: string, group: number): UsedBinding[] {
  const expected = /expected number of entries \((\d+)\)/.exec(message)?.[1];
  const entries = [...message.matchAll(ENTRY)];
  if (entries.length !== Number(expected))
    throw new Error(`Dawn lists a bind group's entries in a new way: ${message}`);
  return entries.map(([, binding, , bufferType]) => ({
    group,
    binding: Number(binding),
    resource: kindOf(bufferType),
  }));
}

function kindOf(bufferType: string | undefined): UsedBinding["resource"] {
  if (bufferType === "ReadOnlyStorage") return "read-only storage buffer";
  if (bufferType === "Storage") return "storage buffer";
  return bufferType === "Uniform" ? "uniform buffer" : "texture or sampler";
}
