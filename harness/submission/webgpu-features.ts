/** Names of features that a plan may require, from the WebGPU specification's `GPUFeatureName`. */
export const WEBGPU_FEATURES: readonly string[] = [
  "bgra8unorm-storage",
  "clip-distances",
  "core-features-and-limits",
  "depth-clip-control",
  "depth32float-stencil8",
  "dual-source-blending",
  "float32-blendable",
  "float32-filterable",
  "indirect-first-instance",
  "primitive-index",
  "rg11b10ufloat-renderable",
  "shader-f16",
  "subgroups",
  "texture-compression-astc",
  "texture-compression-astc-sliced-3d",
  "texture-compression-bc",
  "texture-compression-bc-sliced-3d",
  "texture-compression-etc2",
  "texture-component-swizzle",
  "texture-formats-tier1",
  "texture-formats-tier2",
  "timestamp-query",
];

/** Features of one implementation, such as Dawn's `chromium-experimental-subgroup-matrix`, count as known. */
export function isKnownFeature(name: string): boolean {
  return WEBGPU_FEATURES.includes(name) || name.startsWith("chromium-experimental-");
}
