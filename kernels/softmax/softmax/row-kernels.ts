import type { Plan, PlanContext, PlanFunction } from "../../../harness/task/plan.ts";
import { asTree, type Combination } from "../combination.ts";

type Context = PlanContext<"rows" | "cols", never>;
export type SoftmaxPlanFunction = PlanFunction<"rows" | "cols", never>;

export const INTERFACE = `
  override ROWS: u32;
  override COLS: u32;
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;`;

const MAIN_PARAMETERS = `
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,`;

/** The given number of workgroups, spread over y if they exceed one dimension. */
function spread(wanted: number, { device }: Context): [number, number] {
  const across = Math.min(wanted, device.limits.maxComputeWorkgroupsPerDimension);
  return [across, Math.ceil(wanted / across)];
}

export function onePass(code: string, wanted: number, context: Context): Plan {
  const { rows, cols } = context.shape;
  const constants = { ROWS: rows, COLS: cols };
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: spread(wanted, context) }] };
}

/** The steps of a kernel with one invocation per row: WGSL statements and expressions. */
interface RowSteps {
  readonly size?: number;
  /** Declares `maximum`. */
  readonly maximum?: string;
  /** The term of an element, `value`, in the sum. */
  readonly term?: string;
  /** Declares `sum`. */
  readonly sum?: string;
  /** The output for an element, `value`. */
  readonly result?: string;
}

export const MAXIMUM =
  "var maximum = x[start]; for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }";
export const SUM = "var sum = 0.0; for (var c = 0u; c < COLS; c++) { sum += term(x[start + c], maximum); }";
const TERM = "exp(value - maximum)";

export function invocationPerRow({
  size = 64,
  maximum = MAXIMUM,
  term = TERM,
  sum = SUM,
  result = "term(value, maximum) / sum",
}: RowSteps): SoftmaxPlanFunction {
  const code = `${INTERFACE}
  fn term(value: f32, maximum: f32) -> f32 { return ${term}; }
  @compute @workgroup_size(${size})
  fn main(${MAIN_PARAMETERS}) {
    let row = (group.x + group.y * groups.x) * ${size} + lane;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    ${maximum}
    ${sum}
    for (var c = 0u; c < COLS; c++) {
      let value = x[start + c];
      y[start + c] = ${result};
    }
  }`;
  return (context) => onePass(code, Math.ceil(context.shape.rows / size), context);
}

interface WorkgroupOptions {
  readonly combination?: Combination;
  readonly enable?: string;
  /** Elements read at once: 4 requires rows of a multiple of 4 elements. */
  readonly width?: 1 | 4;
}

/** One workgroup per row: its invocations stride through it for the maximum, the sum and the quotients. */
export function workgroupPerRow(
  size: number,
  { combination = asTree, enable = "", width = 1 }: WorkgroupOptions = {},
): SoftmaxPlanFunction {
  const across =
    width === 1
      ? "alias Element = f32; fn max_of(e: f32) -> f32 { return e; } fn sum_of(e: f32) -> f32 { return e; }"
      : `alias Element = vec4f;
         fn max_of(e: vec4f) -> f32 { return max(max(e.x, e.y), max(e.z, e.w)); }
         fn sum_of(e: vec4f) -> f32 { return dot(e, vec4f(1)); }`;
  const code = `${enable}
  ${INTERFACE.replaceAll("array<f32>", "array<Element>")}
  ${across}
  ${combination(size)}
  @compute @workgroup_size(${size})
  fn main(${MAIN_PARAMETERS}) {
    let row = group.x + group.y * groups.x;
    if (row >= ROWS) { return; }
    let steps = COLS / ${width};
    let start = row * steps;
    var highest = x[start];
    for (var c = lane; c < steps; c += ${size}) { highest = max(highest, x[start + c]); }
    let maximum = combine_max(max_of(highest), lane);
    var part = Element(0);
    for (var c = lane; c < steps; c += ${size}) { part += exp(x[start + c] - maximum); }
    let sum = combine_sum(sum_of(part), lane);
    for (var c = lane; c < steps; c += ${size}) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;
  // So many workgroups with barriers take a software adapter seconds: use one invocation per row.
  const withoutBarriers = invocationPerRow({});
  return (context) =>
    context.shape.rows > 4096 ? withoutBarriers(context) : onePass(code, context.shape.rows, context);
}
