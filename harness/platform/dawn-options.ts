/** The environment variable that lists Dawn features to disable for a process's adapter. */
export const DISABLED_DAWN_FEATURES = "KERNELMARK_DISABLED_DAWN_FEATURES";

/** The environment variable that, if it is 1, asks for the system's software adapter: WARP on Windows. */
export const FALLBACK_ADAPTER = "KERNELMARK_FALLBACK_ADAPTER";

/** The options with which this process asks for its adapter. */
export function requestOptions(): GPURequestAdapterOptions {
  return { forceFallbackAdapter: process.env[FALLBACK_ADAPTER] === "1" };
}

/**
 * The options of Dawn's instance:
 *
 * - exact timestamps;
 * - an index past the end of a buffer is clamped to the last element. If a Vulkan driver has VK_EXT_robustness2, Dawn
 *   leaves such an access to the driver, which drops it: a kernel without a bounds check would be accepted there, but
 *   wrong on adapters without the extension and on D3D12 and Metal;
 * - features disabled that the adapter handles badly.
 */
export function dawnOptions(): string[] {
  const others = process.env[DISABLED_DAWN_FEATURES];
  const disabled = ["timestamp_quantization", "vulkan_use_buffer_robust_access_2", ...(others ? [others] : [])];
  return [`disable-dawn-features=${disabled.join(",")}`];
}
