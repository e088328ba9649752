import type { DeviceContext } from "../../harness/task/plan.ts";

const ROWS = 4;

/** The features that `sharedRows` uses on this device. */
export function featuresFor({ features, subgroupMinSize }: DeviceContext): "subgroups"[] {
  return features.includes("subgroups") && subgroupMinSize >= ROWS ? ["subgroups"] : [];
}

/**
 * The head of a module whose lanes all need the same four rows: `struct Invocation`, an argument of its entry point, and
 * for each name a function `four_<name>(own, row, step)`, whose columns are `<name>(row, step)` and those of the next
 * three rows, as the module itself reads them. With subgroups, each lane reads one of the four and hands it to the others: a load
 * costs a CPU as much as 50 multiply-adds in registers, even if all lanes load the same element.
 */
export function sharedRows(device: DeviceContext, ...names: readonly string[]): string {
  if (featuresFor(device).length === 0) return ownRows(...names);
  const fourOf = (name: string) => `
fn four_${name}(own: Invocation, row: u32, step: u32) -> mat4x4f {
  let read = ${name}(row + (own.place & 3u), step);
  return mat4x4f(subgroupBroadcast(read, 0u), subgroupBroadcast(read, 1u), subgroupBroadcast(read, 2u), subgroupBroadcast(read, 3u));
}
`;
  return `enable subgroups;

struct Invocation {
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) place: u32,
}
${names.map(fourOf).join("")}`;
}

/** The same for lanes that need rows of their own. */
export function ownRows(...names: readonly string[]): string {
  const fourOf = (name: string) => `
fn four_${name}(own: Invocation, row: u32, step: u32) -> mat4x4f {
  return mat4x4f(${name}(row, step), ${name}(row + 1u, step), ${name}(row + 2u, step), ${name}(row + 3u, step));
}
`;
  return `struct Invocation {
  @builtin(local_invocation_index) lane: u32,
}
${names.map(fourOf).join("")}`;
}
