/**
 * Features that a plan may require: those that extend compute kernels. A plan that could require any other would be
 * `unsupported` instead of wrong, and so escape its verdict.
 */
export const KERNEL_FEATURES = ["shader-f16", "subgroups", "subgroup-size-control"] as const;

/** All names in the WebGPU specification's `GPUFeatureName`, to distinguish useless features from misspelt ones. */
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
