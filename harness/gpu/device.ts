import { platform } from "#platform";
import { guaranteedLimits } from "../task/limits.ts";
import type { DeviceContext } from "../task/plan.ts";
import { KernelClock } from "./kernel-clock.ts";
import { waitPolitely } from "./polite-wait.ts";
import { KERNEL_FEATURES } from "./webgpu-features.ts";

/** A GPU device, opened with WebGPU's guaranteed limits: a plan that fits here fits everywhere. */
export interface Device {
  readonly gpu: GPUDevice;
  readonly hasTimestamps: boolean;
  /** True once the device is lost; `reason` is Dawn's. */
  readonly lost: { isLost: boolean; reason: string };
  readonly kernelClock: KernelClock;
  /** Called if results are slow after kernels have ended, and again when they arrive. */
  onSlowReadBack: ((isOver: boolean) => void) | undefined;
}

/**
 * Finds the adapter selected for this process, or the browser's.
 *
 * @throws when there is none
 */
export async function openAdapter(): Promise<GPUAdapter> {
  const adapter = await waitPolitely(platform.gpu().requestAdapter(platform.requestOptions()));
  if (adapter === null) throw new Error("WebGPU found no adapter, but one was expected");
  return adapter;
}

/** The features that plans may require, as far as the adapter has them. */
export function kernelFeatures(adapter: GPUAdapter): DeviceContext["features"] {
  return KERNEL_FEATURES.filter((feature) => adapter.features.has(feature));
}

/** The adapter's description for plan functions. */
export function deviceContext(adapter: GPUAdapter, kind: DeviceContext["kind"]): DeviceContext {
  return {
    features: kernelFeatures(adapter),
    limits: guaranteedLimits,
    subgroupMinSize: adapter.info.subgroupMinSize ?? 0,
    subgroupMaxSize: adapter.info.subgroupMaxSize ?? 0,
    kind,
  };
}

/** A device opened in advance: opening one takes longer than most kernels. */
let spareDevice: Promise<Device> | undefined;

/** Opens a device without features, as most plans need, while the process waits for a submission. */
export async function warmDevice(): Promise<void> {
  spareDevice = openNewDevice([]);
  await spareDevice;
}

/** Opens a device with only the required features, so that a plan cannot use an undeclared one. */
export function openDevice(required: readonly string[] = []): Promise<Device> {
  const device = required.length === 0 && spareDevice !== undefined ? spareDevice : openNewDevice(required);
  if (device === spareDevice) spareDevice = undefined;
  return device;
}

/** Opens a device on which kernels may bind one more storage buffer than plans can, if the adapter can. */
export function openRoomyDevice(required: readonly string[]): Promise<Device> {
  return openNewDevice(required, guaranteedLimits.maxStorageBuffersPerShaderStage + 1);
}

async function openNewDevice(required: readonly string[], storageBuffers = 0): Promise<Device> {
  // WebGPU lets an adapter open one device only.
  const adapter = await openAdapter();
  const hasTimestamps = adapter.features.has("timestamp-query");
  const features = new Set(required as readonly GPUFeatureName[]);
  if (hasTimestamps) features.add("timestamp-query");
  const isRoomy = storageBuffers > 0 && storageBuffers <= adapter.limits.maxStorageBuffersPerShaderStage;
  const requiredLimits = isRoomy ? { maxStorageBuffersPerShaderStage: storageBuffers } : {};
  const gpu = await waitPolitely(adapter.requestDevice({ requiredFeatures: [...features], requiredLimits }));
  const lost = { isLost: false, reason: "" };
  gpu.lost.then((info) => {
    lost.isLost = true;
    lost.reason = info.message;
  });
  // Error scopes catch every relevant error; the rest would only be printed.
  gpu.onuncapturederror = () => {};
  return { gpu, hasTimestamps, lost, kernelClock: new KernelClock(gpu, hasTimestamps), onSlowReadBack: undefined };
}
