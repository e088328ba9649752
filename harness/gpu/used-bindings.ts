import { waitPolitely } from "./polite-wait.ts";

/** A resource that an entry point uses, directly or through functions that it calls. */
export interface UsedBinding {
  readonly group: number;
  readonly binding: number;
  readonly resource: "read-only storage buffer" | "storage buffer" | "uniform buffer" | "texture or sampler";
}

/** WebGPU's guaranteed limit, with which devices are opened. */
const BIND_GROUPS = 4;

/**
 * Asks Dawn which resources the entry point of a pipeline with `layout: "auto"` uses: it refuses a bind group without
 * entries with a list of those expected. Only the compiler knows: a module may declare resources of other entry points,
 * and binding numbers are expressions.
 */
export async function usedBindings(gpu: GPUDevice, pipeline: GPUComputePipeline): Promise<readonly UsedBinding[]> {
  const validations = Array.from({ length: BIND_GROUPS }, (_, group) => {
    gpu.pushErrorScope("validation");
    gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(group), entries: [] });
    return gpu.popErrorScope();
  });
  const refusals = await waitPolitely(Promise.all(validations));
  return refusals.flatMap((refusal, group) => (refusal === null ? [] : expectedBindings(refusal.message, group)));
}

const ENTRY = /\{ binding: (\d+), visibility: [^,]*, (\w+): \{(?:type: BufferBindingType::(\w+))?/g;

/** @throws if Dawn's message differs from that of the version we are tested with */
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
