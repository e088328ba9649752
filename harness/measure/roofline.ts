import { bufferUsage } from "../gpu/buffer-usage.ts";
import type { Device } from "../gpu/device.ts";
import { PassTimestamps } from "../gpu/pass-timestamps.ts";
import { waitPolitely } from "../gpu/polite-wait.ts";
import type { Roofline } from "../results/measurement.ts";
import copyCode from "./roofline-copy.wgsl";
import dotCode from "./roofline-dot.wgsl";
import fmaCode from "./roofline-fma.wgsl";

/** Bytes read and written together. The largest exceed last-level caches (MI300X: 256 MB; a processor core's share). */
const COPY_MEBIBYTES = { hardware: [1, 4, 16, 64, 256, 1024], software: [1, 4, 16, 64, 256] } as const;
/** Of one buffer: WebGPU guarantees that 128 MiB can be bound. */
const MOST_COPIED_BYTES = 128 * 2 ** 20;
/** Lanes of the arithmetic kernels, and the multiply-adds that each does in a loop of 8 vectors of 4. */
const WORKGROUPS = { hardware: 4096, software: 64 } as const;
const LOOPS = { hardware: 512, software: 64 } as const;
const REPEATS = 5;
/** On a clock with long ticks, a pass has as many dispatches as it takes for a tick to be at most 2 %. */
const TICKS_PER_PASS = 50;
const MOST_DISPATCHES = 4096;

/**
 * Measures an adapter's copy bandwidth and multiply-add rates. The best of several runs counts: disturbances only make
 * a run slower.
 *
 * @param coarseTickNs of a clock whose steps are long: a run then takes many of them
 */
export async function measureRoofline(
  device: Device,
  kind: "hardware" | "software",
  coarseTickNs = 0,
): Promise<Roofline> {
  const copies: { bytes: number; bytesPerSecond: number }[] = [];
  for (const mebibytes of COPY_MEBIBYTES[kind]) {
    const bytes = mebibytes * 2 ** 20;
    const seconds = await copySeconds(device, bytes / 2, coarseTickNs);
    if (seconds !== undefined) copies.push({ bytes, bytesPerSecond: bytes / seconds });
  }
  const loops = LOOPS[kind];
  const workgroups = WORKGROUPS[kind];
  const multiplyAdds = workgroups * 64 * loops * 8 * 4;
  const f32 = await arithmeticSeconds(device, fmaCode, workgroups, loops, coarseTickNs);
  // Four products and four sums per `dot4I8Packed`, of which there is one per component.
  const int8 = await arithmeticSeconds(device, dotCode, workgroups, loops, coarseTickNs);
  return { copies, f32PerSecond: (2 * multiplyAdds) / f32, int8PerSecond: (8 * multiplyAdds) / int8 };
}

/** The least work of a function. */
export interface Work {
  readonly bytes: number;
  readonly flops: number;
  readonly hasIntegers: boolean;
  /** Whether none of the bytes are in a cache at the start. */
  readonly isCold: boolean;
}

/** The least time in which the adapter can do this work, in ns. */
export function leastNs(roofline: Roofline, work: Work): number {
  const { bytesPerSecond, flopsPerSecond } = roofsFor(roofline, work);
  return 1e9 * Math.max(work.bytes / bytesPerSecond, work.flops / flopsPerSecond);
}

/** The two roofs over this work. Their quotient is the ridge point: with fewer operations/byte, it is memory-bound. */
export function roofsFor(
  roofline: Roofline,
  { bytes, hasIntegers, isCold }: Work,
): { readonly bytesPerSecond: number; readonly flopsPerSecond: number } {
  const { f32PerSecond, int8PerSecond } = roofline;
  return {
    bytesPerSecond: bandwidthFor(roofline, isCold ? Number.POSITIVE_INFINITY : bytes),
    flopsPerSecond: hasIntegers ? Math.max(f32PerSecond, int8PerSecond) : f32PerSecond,
  };
}

/** The best bandwidth for this many bytes or more: smaller buffers may fit in a faster cache. */
function bandwidthFor({ copies }: Roofline, bytes: number): number {
  const sameOrLarger = copies.filter((copy) => copy.bytes >= bytes);
  const smallerNext = copies.findLast((copy) => copy.bytes < bytes);
  const relevant = smallerNext === undefined ? sameOrLarger : [smallerNext, ...sameOrLarger];
  return Math.max(...relevant.map(({ bytesPerSecond }) => bytesPerSecond));
}

/** For each figure, the better of two measurements. */
export function betterRoofline(a: Roofline, b: Roofline): Roofline {
  return {
    copies: a.copies.map(({ bytes, bytesPerSecond }) => {
      const other = b.copies.find((copy) => copy.bytes === bytes)?.bytesPerSecond ?? 0;
      return { bytes, bytesPerSecond: Math.max(bytesPerSecond, other) };
    }),
    f32PerSecond: Math.max(a.f32PerSecond, b.f32PerSecond),
    int8PerSecond: Math.max(a.int8PerSecond, b.int8PerSecond),
  };
}

/** Undefined if the adapter has no memory for such buffers. */
async function copySeconds(device: Device, bytes: number, coarseTickNs: number): Promise<number | undefined> {
  const { gpu } = device;
  const size = Math.min(bytes, MOST_COPIED_BYTES);
  gpu.pushErrorScope("out-of-memory");
  const pairs = Array.from({ length: bytes / size }, () =>
    [0, 1].map(() => gpu.createBuffer({ size, usage: bufferUsage.storage })),
  );
  const hasRoom = (await waitPolitely(gpu.popErrorScope())) === null;
  const vectors = size / 16;
  const workgroups = Math.min(vectors / 64, 2048);
  const seconds = hasRoom
    ? await bestSeconds(device, copyCode, { VECTORS: vectors }, pairs, workgroups, coarseTickNs)
    : undefined;
  for (const buffer of pairs.flat()) buffer.destroy();
  return seconds;
}

async function arithmeticSeconds(
  device: Device,
  code: string,
  workgroups: number,
  loops: number,
  coarseTickNs: number,
): Promise<number> {
  const sink = device.gpu.createBuffer({ size: 16 * 64 * workgroups, usage: bufferUsage.storage });
  const seconds = await bestSeconds(device, code, { LOOPS: loops }, [[sink]], workgroups, coarseTickNs);
  sink.destroy();
  return seconds;
}

/** @param buffers one dispatch, or several in one compute pass, each on its own buffers */
async function bestSeconds(
  { gpu, hasTimestamps }: Device,
  code: string,
  constants: Record<string, number>,
  buffers: readonly (readonly GPUBuffer[])[],
  workgroups: number,
  coarseTickNs: number,
): Promise<number> {
  const module = gpu.createShaderModule({ code });
  const pipeline = await waitPolitely(
    gpu.createComputePipelineAsync({ layout: "auto", compute: { module, constants } }),
  );
  const groups = buffers.map((ofOne) => {
    const entries = ofOne.map((buffer, binding) => ({ binding, resource: { buffer } }));
    return gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  });
  const timestamps = hasTimestamps ? new PassTimestamps(gpu, 1) : undefined;
  const passSeconds = async (dispatches: number) => {
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass(timestamps === undefined ? {} : { timestampWrites: timestamps.writes(0) });
    pass.setPipeline(pipeline);
    for (let nth = 0; nth < dispatches; nth++) {
      for (const group of groups) {
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(workgroups);
      }
    }
    pass.end();
    timestamps?.encodeResolve(encoder, 1);
    const startMs = performance.now();
    gpu.queue.submit([encoder.finish()]);
    // Not `politely`: without timestamps, its sleep would be part of the time.
    await gpu.queue.onSubmittedWorkDone();
    if (timestamps === undefined) return (performance.now() - startMs) / 1e3;
    const [durationNs] = await timestamps.durationsNs(1);
    return (durationNs ?? 0) / 1e9;
  };
  // The first run does not count: it touches memory for the first time.
  let dispatches = 1;
  while (1e9 * (await passSeconds(dispatches)) < TICKS_PER_PASS * coarseTickNs && dispatches < MOST_DISPATCHES) {
    dispatches *= 4;
  }
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const seconds = (await passSeconds(dispatches)) / dispatches;
    if (seconds > 0) best = Math.min(best, seconds);
  }
  timestamps?.destroy();
  if (best === Number.POSITIVE_INFINITY) throw new Error("the adapter's timestamps did not advance in any run");
  return best;
}
