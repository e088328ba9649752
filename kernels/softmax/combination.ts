/**
 * WGSL that declares `combine_max` and `combine_sum`: all `size` invocations of a workgroup combine their partial
 * results, and each gets the whole. Both must be called in uniform control flow.
 */
export type Combination = (size: number) => string;

/** By halves in workgroup memory. */
export const asTree: Combination = (size) => {
  const combine = (name: string, both: string) => `
  fn ${name}(own: f32, lane: u32) -> f32 {
    partials[lane] = own;
    workgroupBarrier();
    for (var width = ${size}u / 2; width > 0; width /= 2) {
      if (lane < width) { let a = partials[lane]; let b = partials[lane + width]; partials[lane] = ${both}; }
      workgroupBarrier();
    }
    return workgroupUniformLoad(&partials[0]);
  }`;
  return `var<workgroup> partials: array<f32, ${size}>;
  ${combine("combine_max", "max(a, b)")} ${combine("combine_sum", "a + b")}`;
};

/** Within subgroups first, for any subgroup size and membership; needs `enable subgroups;`. */
export const acrossSubgroups: Combination = (size) => {
  const combine = (name: string, within: string, neutral: string, both: string) => `
  fn ${name}(own: f32, lane: u32) -> f32 {
    let whole = ${within}(own);
    partials[lane] = select(${neutral}, whole, subgroupElect());
    workgroupBarrier();
    var a = partials[0];
    for (var other = 1u; other < ${size}; other++) { let b = partials[other]; a = ${both}; }
    workgroupBarrier();
    return a;
  }`;
  return `var<workgroup> partials: array<f32, ${size}>;
  ${combine("combine_max", "subgroupMax", "own", "max(a, b)")} ${combine("combine_sum", "subgroupAdd", "0.0", "a + b")}`;
};
