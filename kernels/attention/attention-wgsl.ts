import type { Plan, PlanContext, PlanFunction } from "../../harness/task/plan.ts";
import type { AttentionShape } from "../../reference/attention.ts";

export type AttentionPlanner = PlanFunction<AttentionShape, "causal">;
type Context = PlanContext<AttentionShape, "causal">;

export const OVERRIDES = `
  override HEADS: u32;
  override QUERIES: u32;
  override KEYS: u32;
  override DIM: u32;
  override CAUSAL: bool;
  fn visible(query: u32) -> u32 { return select(KEYS, query + KEYS - QUERIES + 1, CAUSAL); }`;

export function storage(names: readonly string[], element: string): string {
  return names
    .map((name, binding) => {
      const access = ["q", "k", "v"].includes(name) ? "read" : "read_write";
      return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${access === "read" ? element : "f32"}>;`;
    })
    .join("\n");
}

export const MAIN_PARAMETERS = `
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,`;

/** The given number of workgroups, spread over y if they exceed one dimension. */
export function spread(wanted: number, { device }: Context): [number, number] {
  const across = Math.min(wanted, device.limits.maxComputeWorkgroupsPerDimension);
  return [across, Math.ceil(wanted / across)];
}

export function constantsOf({ shape: { heads, queries, keys, dim }, params }: Context): Record<string, number> {
  return { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal };
}

export function onePass(code: string, wanted: number, context: Context, bindings = ["q", "k", "v", "out"]): Plan {
  return { passes: [{ code, constants: constantsOf(context), bindings, workgroups: spread(wanted, context) }] };
}

/** The parts of a kernel: WGSL statements and expressions. */
export interface AttentionSteps {
  /** Declares `dot`, the product of `q[at + d]` and `k[key_at(head, key, d)]` over all `d`. */
  readonly dot?: string;
  /** The product of `a` and `b`, elements of a query and of a key. */
  readonly product?: string;
  /** The score, from `dot`. */
  readonly score?: string;
  /** The weight of a key with score `score`. */
  readonly weight?: string;
  /** Number of keys that a query reads. */
  readonly count?: string;
  /** Indices of element `d` of a key and of a value. */
  readonly keyAt?: string;
  readonly valueAt?: string;
}

export function functionsOf({
  product = "a * b",
  dot = `var dot = 0.0; for (var d = 0u; d < DIM; d++) { let a = q[row * DIM + d]; let b = k[key_at(head, key, d)]; dot += ${product}; }`,
  score = "dot / sqrt(f32(DIM))",
  weight = "exp(score - maximum)",
  keyAt = "(head * KEYS + key) * DIM + d",
  valueAt = "(head * KEYS + key) * DIM + d",
}: AttentionSteps): string {
  return `
  fn key_at(head: u32, key: u32, d: u32) -> u32 { return ${keyAt}; }
  fn value_at(head: u32, key: u32, d: u32) -> u32 { return ${valueAt}; }
  fn score_of(row: u32, key: u32) -> f32 { let head = row / QUERIES; let query = row % QUERIES; ${dot} return ${score}; }
  fn weight_of(score: f32, maximum: f32) -> f32 { return ${weight}; }`;
}
