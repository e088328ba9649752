import type { Plan, PlanFunction } from "../../harness/task/plan.ts";

/** WGSL parts of a kernel for one element of `out`, for any order of its terms. */
export interface DotProduct {
  /**
   * The overrides `M`, `N`, `K`, the bindings, and the functions `left(row, i)` and `right(column, i)`, whose products
   * are added, and `finish(sum, row, column) -> f32`.
   */
  readonly declarations: string;
  /** The type of `left`, `right` and the sum. */
  readonly type: "i32" | "f32";
  readonly bindings: readonly string[];
}

/** How one invocation adds all terms: statements that compute `sum`. */
const ORDERS = {
  sequential: () => "for (var i = 0u; i < K; i++) { sum += left(row, i) * right(column, i); }",
  reversed: () => "for (var i = K; i > 0u; i--) { sum += left(row, i - 1u) * right(column, i - 1u); }",
  fused: () => "for (var i = 0u; i < K; i++) { sum = fma(left(row, i), right(column, i), sum); }",
  strided: (type: string) => `
    var parts: vec4<${type}>;
    for (var i = 0u; i < K; i++) { parts[i % 4u] += left(row, i) * right(column, i); }
    sum = (parts.x + parts.z) + (parts.y + parts.w);`,
  blocked: (type: string) => `
    for (var start = 0u; start < K; start += 32u) {
      var block = ${type}();
      for (var i = start; i < min(start + 32u, K); i++) { block += left(row, i) * right(column, i); }
      sum += block;
    }`,
} as const;

/** One of the orders above, or statements that compute `sum`. */
export type Order = keyof typeof ORDERS | { readonly statements: string };

/** How the lanes of a workgroup combine their sums: statements that store the total in `sum` of lane 0. */
const COMBINATIONS = {
  tree: `
    partials[lane] = own;
    workgroupBarrier();
    for (var width = LANES / 2u; width > 0u; width /= 2u) {
      if (lane < width) { partials[lane] += partials[lane + width]; }
      workgroupBarrier();
    }
    let sum = partials[0];`,
  subgroups: `
    let whole = subgroupAdd(own);
    partials[lane] = 0;
    if (subgroupElect()) { partials[lane] = whole; }
    workgroupBarrier();
    var sum = partials[0];
    if (lane == 0u) { for (var other = 1u; other < LANES; other++) { sum += partials[other]; } }`,
} as const;

const ELEMENT = (workgroupSize: number) => `
  let element = id.x + id.y * groups.x * ${workgroupSize}u;
  if (element >= M * N) { return; }
  let row = element / N;
  let column = element % N;`;

const MOST_WORKGROUPS = 65_535;

type Names = Readonly<Record<string, number>>;

/** Workgroups for `count` elements, each taking `each` of them, over x and y. */
export function workgroupsFor(count: number, each: number): number[] {
  const workgroups = Math.ceil(count / each);
  const across = Math.min(workgroups, MOST_WORKGROUPS);
  return [across, Math.ceil(workgroups / across)];
}

/** The values of a kernel's overrides: the shape's names in capitals. */
export function shapeConstants(shape: Names): Record<string, number> {
  return Object.fromEntries(Object.entries(shape).map(([name, value]) => [name.toUpperCase(), value]));
}

/** A kernel with one invocation per element of `out`. */
export function oneInvocation<K extends string>(
  { declarations, type, bindings }: DotProduct,
  order: Order,
  workgroupSize = 64,
): PlanFunction<K, never> {
  const code = `${declarations}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  ${ELEMENT(workgroupSize)}
  var sum: ${type};
  ${typeof order === "string" ? ORDERS[order](type) : order.statements}
  out[element] = finish(sum, row, column);
}`;
  return ({ shape }) => onePass(code, shape, bindings, workgroupSize);
}

/** The same kernel, except that it writes element (r, c) to the place of (c, r) in an [n,m] matrix. */
export function writingTransposed<K extends string>(plan: PlanFunction<K, never>): PlanFunction<K, never> {
  return (context) => {
    const passes = plan(context).passes.map((pass) => ({
      ...pass,
      code: pass.code.replace("out[element] =", "out[column * M + row] ="),
    }));
    return { passes };
  };
}

function onePass(code: string, shape: Names, bindings: readonly string[], each: number): Plan {
  const { m, n } = shape as { m: number; n: number };
  return { passes: [{ code, constants: shapeConstants(shape), bindings, workgroups: workgroupsFor(m * n, each) }] };
}

/** With more elements than this, one workgroup each takes too long on a software adapter. */
const ELEMENTS_FOR_LANES = 300;

/** A kernel with one workgroup per element of `out`, for up to that many elements. */
export function oneWorkgroup<K extends string>(
  dot: DotProduct,
  combination: keyof typeof COMBINATIONS,
  lanes: number,
): PlanFunction<K, never> {
  const { declarations, type, bindings } = dot;
  const code = `${combination === "subgroups" ? "enable subgroups;\n" : ""}${declarations}
const LANES = ${lanes}u;
var<workgroup> partials: array<${type}, LANES>;
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  ${ELEMENT(1)}
  var own: ${type};
  for (var i = lane; i < K; i += LANES) { own += left(row, i) * right(column, i); }
  ${COMBINATIONS[combination]}
  if (lane == 0u) { out[element] = finish(sum, row, column); }
}`;
  const fallback = oneInvocation<K>(dot, "sequential");
  return (context) => {
    const { m, n } = context.shape as Names as { m: number; n: number };
    if (m * n > ELEMENTS_FOR_LANES) return fallback(context);
    const plan = onePass(code, context.shape, bindings, 1);
    return combination === "subgroups" ? { ...plan, requires: ["subgroups"] } : plan;
  };
}
