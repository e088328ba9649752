import type { Plan, PlanContext, PlanFunction } from "../../../harness/task/plan.ts";
import type { Combination } from "../combination.ts";

type Context = PlanContext<"rows" | "classes", "smoothing">;
export type CrossEntropyPlanFunction = PlanFunction<"rows" | "classes", "smoothing">;

export const SHAPE = `
  override ROWS: u32;
  override CLASSES: u32;
  override SMOOTHING: f32;`;

const INTERFACE = `${SHAPE}
  @group(0) @binding(0) var<storage, read> logits: array<f32>;
  @group(0) @binding(1) var<storage, read> targets: array<u32>;
  @group(0) @binding(2) var<storage, read_write> loss: array<f32>;`;

const MAIN_PARAMETERS = `
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,`;

/** The given number of workgroups, spread over y if they exceed one dimension. */
function spread(wanted: number, { device }: Context): [number, number] {
  const across = Math.min(wanted, device.limits.maxComputeWorkgroupsPerDimension);
  return [across, Math.ceil(wanted / across)];
}

export function constantsOf({ shape, params }: Context): Record<string, number> {
  return { ROWS: shape.rows, CLASSES: shape.classes, SMOOTHING: params.smoothing };
}

function onePass(code: string, wanted: number, context: Context): Plan {
  const bindings = ["logits", "targets", "loss"];
  return { passes: [{ code, constants: constantsOf(context), bindings, workgroups: spread(wanted, context) }] };
}

/** The steps of a kernel with one invocation per row: WGSL statements and expressions. */
interface RowSteps {
  readonly size?: number;
  /** Declares `maximum`. */
  readonly maximum?: string;
  /** The term of a logit, `z`, in the sum of exponentials. */
  readonly term?: string;
  /** Declares `sum`. */
  readonly sum?: string;
  /** Declares `lse`. */
  readonly lse?: string;
  /** Declares `total`, the sum of the logits. */
  readonly total?: string;
  /** Index of the target's logit. */
  readonly target?: string;
  /** The output, from `lse`, `total` and the target's logit, `own`. */
  readonly result?: string;
}

export const MAXIMUM = `
  var maximum = logits[start];
  for (var c = 1u; c < CLASSES; c++) { maximum = max(maximum, logits[start + c]); }`;
export const SUM = "var sum = 0.0; for (var c = 0u; c < CLASSES; c++) { sum += term(logits[start + c], maximum); }";
export const TOTAL = "var total = 0.0; for (var c = 0u; c < CLASSES; c++) { total += logits[start + c]; }";
export const RESULT = "(1 - SMOOTHING) * (lse - own) + SMOOTHING * (lse - total / f32(CLASSES))";

export function invocationPerRow({
  size = 64,
  maximum = MAXIMUM,
  term = "exp(z - maximum)",
  sum = SUM,
  lse = "let lse = maximum + log(sum);",
  total = TOTAL,
  target = "start + targets[row]",
  result = RESULT,
}: RowSteps): CrossEntropyPlanFunction {
  const code = `${INTERFACE}
  fn term(z: f32, maximum: f32) -> f32 { return ${term}; }
  @compute @workgroup_size(${size})
  fn main(${MAIN_PARAMETERS}) {
    let row = (group.x + group.y * groups.x) * ${size} + lane;
    if (row >= ROWS) { return; }
    let start = row * CLASSES;
    ${maximum}
    ${sum}
    ${lse}
    ${total}
    let own = logits[${target}];
    loss[row] = ${result};
  }`;
  return (context) => onePass(code, Math.ceil(context.shape.rows / size), context);
}

/** One workgroup per row: its invocations stride through it for the maximum, and for the two sums. */
export function workgroupPerRow(size: number, combination: Combination, enable = ""): CrossEntropyPlanFunction {
  const code = `${enable} ${INTERFACE} ${combination(size)}
  @compute @workgroup_size(${size})
  fn main(${MAIN_PARAMETERS}) {
    let row = group.x + group.y * groups.x;
    if (row >= ROWS) { return; }
    let start = row * CLASSES;
    var highest = logits[start];
    for (var c = lane; c < CLASSES; c += ${size}) { highest = max(highest, logits[start + c]); }
    let maximum = combine_max(highest, lane);
    var part = 0.0;
    var part_total = 0.0;
    for (var c = lane; c < CLASSES; c += ${size}) {
      part += exp(logits[start + c] - maximum);
      part_total += logits[start + c];
    }
    let lse = maximum + log(combine_sum(part, lane));
    let total = combine_sum(part_total, lane);
    let own = logits[start + targets[row]];
    if (lane == 0) { loss[row] = ${RESULT}; }
  }`;
  // So many workgroups with barriers take a software adapter seconds: use one invocation per row.
  const withoutBarriers = invocationPerRow({});
  return (context) =>
    context.shape.rows > 4096 ? withoutBarriers(context) : onePass(code, context.shape.rows, context);
}
