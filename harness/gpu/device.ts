import { platform } from "#platform";
import { guaranteedLimits } from "../task/limits.ts";
import type { DeviceContext } from "../task/plan.ts";
import { KernelClock } from "./kernel-clock.ts";
import { waitPolitely } from "./polite-wait.ts";
import { KERNEL_FEATURES } from "./webgpu-features.ts";

/** A GPU device, opened with WebGPU's guaranteed limits: what fits here fits everywhere. */
export interface Device {
  readonly gpu: GPUDevice;
  readonly hasTimestamps: boolean;
  /** True once the device is lost; `reason` is Dawn's. */
  readonly lost: { isLost: boolean; reason: string };
  readonly kernelClock: KernelClock;
  /** Told when kernels have ended and their results are long in coming, and once they are there. */
  onSlowReadBack: ((isOver: boolean) => void) | undefined;
}

/**
 * Finds the adapter that this process was started for, or the one that a browser offers.
 *
 * @throws when there is none
 */
export async function openAdapter(): Promise<GPUAdapter> {
  const adapter = await waitPolitely(platform.gpu().requestAdapter());
  if (adapter === null) throw new Error("WebGPU found no adapter, though one was expected");
  return adapter;
}

/** What a plan function is told about the adapter. */
export function deviceContext(adapter: GPUAdapter, kind: DeviceContext["kind"]): DeviceContext {
  return {
    features: KERNEL_FEATURES.filter((feature) => adapter.features.has(feature)),
    limits: guaranteedLimits,
    subgroupMinSize: adapter.info.subgroupMinSize ?? 0,
    subgroupMaxSize: adapter.info.subgroupMaxSize ?? 0,
    kind,
  };
}

/** A device that waits for a plan: opening one takes longer than most kernels. */
let spareDevice: Promise<Device> | undefined;

/** Opens a device such as most plans need: a process that waits for a submission has the time. */
export async function warmDevice(): Promise<void> {
  spareDevice = openNewDevice([]);
  await spareDevice;
}

/** Opens a device with just the features that are required, so that a plan cannot use one without saying so. */
export function openDevice(required: readonly string[] = []): Promise<Device> {
  const device = required.length === 0 && spareDevice !== undefined ? spareDevice : openNewDevice(required);
  if (device === spareDevice) spareDevice = undefined;
  return device;
}

async function openNewDevice(required: readonly string[]): Promise<Device> {
  // WebGPU lets an adapter open one device only.
  const adapter = await openAdapter();
  const hasTimestamps = adapter.features.has("timestamp-query");
  const features = new Set(required as readonly GPUFeatureName[]);
  if (hasTimestamps) features.add("timestamp-query");
  const gpu = await waitPolitely(adapter.requestDevice({ requiredFeatures: [...features] }));
  const lost = { isLost: false, reason: "" };
  gpu.lost.then((info) => {
    lost.isLost = true;
    lost.reason = info.message;
  });
  // Every error that matters is caught by an error scope; the rest would only be printed.
  gpu.onuncapturederror = () => {};
  return { gpu, hasTimestamps, lost, kernelClock: new KernelClock(gpu, hasTimestamps), onSlowReadBack: undefined };
}
