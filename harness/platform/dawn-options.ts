/** The environment variable that tells a process which of Dawn's features its adapter is better off without. */
export const DISABLED_DAWN_FEATURES = "KERNELMARK_DISABLED_DAWN_FEATURES";

/**
 * What Dawn's instance is made with:
 *
 * - exact timestamps;
 * - an index past the end of a buffer means its last element. Where a Vulkan driver has VK_EXT_robustness2, Dawn leaves
 *   such an access to the driver, which drops it: a kernel without a bounds check would be accepted there, and wrong on
 *   the adapters that lack the extension, and on D3D12 and Metal;
 * - without what the adapter is better off without.
 */
export function dawnOptions(): string[] {
  const others = process.env[DISABLED_DAWN_FEATURES];
  const disabled = ["timestamp_quantization", "vulkan_use_buffer_robust_access_2", ...(others ? [others] : [])];
  return [`disable-dawn-features=${disabled.join(",")}`];
}
