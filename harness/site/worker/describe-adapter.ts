import { platform } from "#platform";
import { type Device, openDevice } from "../../gpu/device.ts";
import { PassTimestamps } from "../../gpu/pass-timestamps.ts";
import { KERNEL_FEATURES } from "../../gpu/webgpu-features.ts";
import { guaranteedLimits } from "../../task/limits.ts";
import type { BrowserAdapter } from "./check-protocol.ts";

/**
 * WGSL language features of Kernelmark's own Dawn that matter to compute kernels. Browsers may lack some: a kernel that
 * uses them does not compile there.
 */
export const DAWN_LANGUAGE_FEATURES = [
  "buffer_view",
  "linear_indexing",
  "packed_4x8_integer_dot_product",
  "pointer_composite_access",
  "subgroup_id",
  "subgroup_uniformity",
  "swizzle_assignment",
  "uniform_buffer_standard_layout",
  "unrestricted_pointer_parameters",
] as const;

/** What this browser's WebGPU has and lacks. */
export async function describeAdapter(adapter: GPUAdapter): Promise<BrowserAdapter> {
  const { vendor, architecture, description, isFallbackAdapter, subgroupMinSize, subgroupMaxSize } = adapter.info;
  const has = (feature: string) => adapter.features.has(feature);
  const language = platform.gpu().wgslLanguageFeatures;
  return {
    description: description || [vendor, architecture].filter((part) => part !== "").join(" ") || "unnamed adapter",
    isSoftware: isFallbackAdapter || architecture === "swiftshader",
    features: KERNEL_FEATURES.filter(has),
    missing: KERNEL_FEATURES.filter((feature) => !has(feature)),
    missingLanguage: DAWN_LANGUAGE_FEATURES.filter((feature) => !language.has(feature)),
    lowLimits: lowLimits(adapter.limits),
    subgroupSize: has("subgroups") ? { least: subgroupMinSize, most: subgroupMaxSize } : null,
    clock: await measuredClock(await openDevice()),
  };
}

/** The adapter's limits below those with which Kernelmark opens devices. */
function lowLimits(limits: GPUSupportedLimits): BrowserAdapter["lowLimits"] {
  return Object.entries(guaranteedLimits).flatMap(([name, needed]) => {
    const limit = limits[name as keyof typeof guaranteedLimits];
    return limit < needed ? [{ name, limit, needed }] : [];
  });
}

/** Enough for the greatest common divisor of their stamps to be the tick. */
const EMPTY_PASSES = 16;

/** The adapter's clock. By default, browsers round timestamps to about 0.1 ms. */
async function measuredClock({ gpu, hasTimestamps }: Device): Promise<BrowserAdapter["clock"]> {
  const clock = hasTimestamps
    ? ({ name: "timestamps", tickNs: await timestampTickNs(gpu) } as const)
    : ({ name: "wall-clock", tickNs: wallClockTickNs() } as const);
  gpu.destroy();
  return clock;
}

async function timestampTickNs(gpu: GPUDevice): Promise<number> {
  const timestamps = new PassTimestamps(gpu, EMPTY_PASSES);
  const encoder = gpu.createCommandEncoder();
  for (let pass = 0; pass < EMPTY_PASSES; pass++) {
    encoder.beginComputePass({ timestampWrites: timestamps.writes(pass) }).end();
  }
  timestamps.encodeResolve(encoder, EMPTY_PASSES);
  gpu.queue.submit([encoder.finish()]);
  const tickNs = tickOf(await timestamps.stampsNs(EMPTY_PASSES));
  timestamps.destroy();
  return tickNs;
}

/** The greatest common divisor of all stamps: a clock that counts in larger steps shows it in each of them. */
export function tickOf(stampsNs: Iterable<bigint>): number {
  let tick = 0n;
  for (let stamp of stampsNs) while (stamp > 0n) [tick, stamp] = [stamp, tick % stamp];
  return Number(tick);
}

/** The smallest step of `performance.now()`: 5 µs in isolated pages, 100 µs in others. */
function wallClockTickNs(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let seen = 0, last = performance.now(); seen < EMPTY_PASSES; ) {
    const now = performance.now();
    if (now === last) continue;
    least = Math.min(least, now - last);
    last = now;
    seen++;
  }
  return Math.round(1e6 * least);
}
