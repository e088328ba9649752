import type { Plan, PlanContext, PlanFunction } from "../../../harness/submission/plan.ts";
import type { Variants } from "../../../harness/task/variant.ts";

type Context = PlanContext<"rows" | "cols", never>;
type Planner = PlanFunction<"rows" | "cols", never>;

const INTERFACE = `
  override ROWS: u32;
  override COLS: u32;
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;`;

const MAIN_PARAMETERS = `
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,`;

/** As many workgroups as wanted, spread over y where one dimension does not hold them. */
function spread(wanted: number, { device }: Context): [number, number] {
  const across = Math.min(wanted, device.limits.maxComputeWorkgroupsPerDimension!);
  return [across, Math.ceil(wanted / across)];
}

function onePass(code: string, wanted: number, context: Context): Plan {
  const { rows, cols } = context.shape;
  const constants = { ROWS: rows, COLS: cols };
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: spread(wanted, context) }] };
}

/** The steps of a kernel in which one invocation takes one row; statements and expressions in WGSL. */
interface RowSteps {
  readonly size?: number;
  /** Declares `maximum`. */
  readonly maximum?: string;
  /** What an element, `value`, adds to the sum. */
  readonly term?: string;
  /** Declares `sum`. */
  readonly sum?: string;
  /** What is written for an element, `value`. */
  readonly result?: string;
}

const MAXIMUM = "var maximum = x[start]; for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }";
const SUM = "var sum = 0.0; for (var c = 0u; c < COLS; c++) { sum += term(x[start + c], maximum); }";
const TERM = "exp(value - maximum)";

function invocationPerRow({
  size = 64,
  maximum = MAXIMUM,
  term = TERM,
  sum = SUM,
  result = "term(value, maximum) / sum",
}: RowSteps): Planner {
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

/** Sums over blocks of 16 elements, and then the sums of the blocks. */
const BLOCKED_SUM = `
  var sum = 0.0;
  for (var block = 0u; block < COLS; block += 16) {
    var part = 0.0;
    for (var c = block; c < min(block + 16, COLS); c++) { part += term(x[start + c], maximum); }
    sum += part;
  }`;

/** The maximum and the sum in one loop, without a branch: every step rescales the sum. */
const ONLINE = `
  var maximum = x[start];
  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) {
    let value = x[start + c];
    let larger = max(maximum, value);
    sum = fma(sum, exp(maximum - larger), exp(value - larger));
    maximum = larger;
  }`;

/** How the invocations of a workgroup bring their partial results together; declares `combine_max` and `combine_sum`. */
type Combination = (size: number) => string;

const asTree: Combination = (size) => {
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

/** Whatever the size of a subgroup and whichever invocations it holds: one of each brings its result in. */
const acrossSubgroups: Combination = (size) => {
  const combine = (name: string, within: string, neutral: string, both: string) => `
  fn ${name}(own: f32, lane: u32) -> f32 {
    let whole = ${within}(own);
    partials[lane] = select(${neutral}, whole, subgroupElect());
    workgroupBarrier();
    var result = partials[0];
    for (var other = 1u; other < ${size}; other++) { let a = result; let b = partials[other]; result = ${both}; }
    workgroupBarrier();
    return result;
  }`;
  return `var<workgroup> partials: array<f32, ${size}>;
  ${combine("combine_max", "subgroupMax", "own", "max(a, b)")} ${combine("combine_sum", "subgroupAdd", "0.0", "a + b")}`;
};

interface WorkgroupOptions {
  readonly combination?: Combination;
  readonly enable?: string;
  /** Elements read at once: 4 works only where rows have a multiple of 4. */
  readonly width?: 1 | 4;
}

/** One workgroup takes one row: its invocations stride through it for the maximum, the sum and the quotients. */
function workgroupPerRow(
  size: number,
  { combination = asTree, enable = "", width = 1 }: WorkgroupOptions = {},
): Planner {
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
  // So many workgroups with barriers take a software adapter seconds; there every row gets an invocation.
  const withoutBarriers = invocationPerRow({});
  return (context) =>
    context.shape.rows > 4096 ? withoutBarriers(context) : onePass(code, context.shape.rows, context);
}

const scalar = workgroupPerRow(64);
const vec4 = workgroupPerRow(64, { width: 4 });
const subgroups = workgroupPerRow(64, { combination: acrossSubgroups, enable: "enable subgroups;" });

/** Three passes: the rows' maxima, the exponentials and their sums, the quotients. */
const severalPasses: Planner = (context) => {
  const { rows, cols } = context.shape;
  const pass = (body: string, bindings: readonly string[]) => ({
    code: `
      override ROWS: u32;
      override COLS: u32;
      ${bindings
        .map((name, binding) => {
          const access = name === "x" ? "read" : "read_write";
          return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<f32>;`;
        })
        .join("\n")}
      @compute @workgroup_size(128)
      fn main(@builtin(global_invocation_id) id: vec3u) {
        let row = id.x;
        if (row >= ROWS) { return; }
        for (var c = 0u; c < COLS; c++) { let at = row * COLS + c; ${body} }
      }`,
    constants: { ROWS: rows, COLS: cols },
    bindings,
    workgroups: [Math.ceil(rows / 128)],
  });
  return {
    scratch: { maxima: 4 * rows, sums: 4 * rows },
    passes: [
      pass("maxima[row] = select(max(maxima[row], x[at]), x[at], c == 0);", ["x", "maxima"]),
      pass("y[at] = exp(x[at] - maxima[row]); sums[row] += y[at];", ["x", "maxima", "sums", "y"]),
      pass("y[at] *= 1.0 / sums[row];", ["sums", "y"]),
    ],
  };
};

/** One maximum for all rows, in a pass of its own. */
const maximumOfEverything: Planner = (context) => {
  const { rows, cols } = context.shape;
  const maximum = `
    override COUNT: u32;
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> highest: array<f32>;
    ${asTree(256)}
    @compute @workgroup_size(256)
    fn main(@builtin(local_invocation_index) lane: u32) {
      var own = x[0];
      for (var at = lane; at < COUNT; at += 256) { own = max(own, x[at]); }
      let whole = combine_max(own, lane);
      if (lane == 0) { highest[0] = whole; }
    }`;
  const quotients = `
    override ROWS: u32;
    override COLS: u32;
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read> highest: array<f32>;
    @group(0) @binding(2) var<storage, read_write> y: array<f32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x >= ROWS) { return; }
      let start = id.x * COLS;
      var sum = 0.0;
      for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - highest[0]); }
      for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - highest[0]) / sum; }
    }`;
  return {
    scratch: { highest: 4 },
    passes: [
      { code: maximum, constants: { COUNT: rows * cols }, bindings: ["x", "highest"], workgroups: [1] },
      {
        code: quotients,
        constants: { ROWS: rows, COLS: cols },
        bindings: ["x", "highest", "y"],
        workgroups: [Math.ceil(rows / 64)],
      },
    ],
  };
};

/** The plain kernel's loops, with the roles of rows and columns exchanged. */
const downColumns: Planner = (context) => {
  const code = `${INTERFACE}
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    let c = id.x;
    if (c >= COLS) { return; }
    var maximum = x[c];
    for (var r = 1u; r < ROWS; r++) { maximum = max(maximum, x[r * COLS + c]); }
    var sum = 0.0;
    for (var r = 0u; r < ROWS; r++) { sum += exp(x[r * COLS + c] - maximum); }
    for (var r = 0u; r < ROWS; r++) { y[r * COLS + c] = exp(x[r * COLS + c] - maximum) / sum; }
  }`;
  return onePass(code, Math.ceil(context.shape.cols / 64), context);
};

export const variants: Variants<"rows" | "cols", never> = {
  honest: [
    {
      name: "sum in reverse, workgroups of 1",
      plan: invocationPerRow({
        size: 1,
        sum: "var sum = 0.0; for (var c = COLS; c > 0u; c--) { sum += term(x[start + c - 1], maximum); }",
      }),
    },
    { name: "sum of sums of blocks", plan: invocationPerRow({ sum: BLOCKED_SUM }) },
    {
      name: "exp2 of two products, product with the reciprocal",
      plan: invocationPerRow({
        term: "exp2(value * 1.44269504 - maximum * 1.44269504)",
        result: "term(value, maximum) * (1.0 / sum)",
      }),
    },
    { name: "exp2, fused", plan: invocationPerRow({ term: "exp2(fma(value, 1.44269504, -(maximum * 1.44269504)))" }) },
    { name: "online, one invocation a row", plan: invocationPerRow({ maximum: "", sum: ONLINE }) },
    {
      name: "through the logarithm of the sum",
      plan: invocationPerRow({ size: 256, sum: `${SUM} let lse = maximum + log(sum);`, result: "exp(value - lse)" }),
    },
    { name: "tree of 256", plan: workgroupPerRow(256) },
    {
      name: "vec4 loads where rows allow it",
      plan: (context) => (context.shape.cols % 4 === 0 ? vec4 : scalar)(context),
    },
    { name: "subgroups", plan: (context) => ({ ...subgroups(context), requires: ["subgroups"] }) },
    { name: "three passes, exponentials kept in the output", plan: severalPasses },
  ],
  imprecise: [
    {
      name: "exponents rounded to f16",
      plan: invocationPerRow({ term: "exp(quantizeToF16(max(value - maximum, -60000.0)))" }),
    },
    { name: "exponentials rounded to f16", plan: invocationPerRow({ term: "quantizeToF16(exp(value - maximum))" }) },
    {
      name: "running sum rounded to f16",
      plan: invocationPerRow({
        sum: SUM.replace(
          "sum += term(x[start + c], maximum)",
          "sum = quantizeToF16(sum + term(x[start + c], maximum))",
        ),
      }),
    },
    {
      name: "probabilities rounded to f16",
      plan: invocationPerRow({ result: "quantizeToF16(term(value, maximum) / sum)" }),
    },
  ],
  wrong: [
    { name: "without the maximum", mistake: "no-max-subtraction", plan: invocationPerRow({ term: "exp(value)" }) },
    { name: "one maximum for all rows", mistake: "maximum-of-everything", plan: maximumOfEverything },
    {
      name: "maximum ends too early",
      mistake: "maximum-without-last-column",
      plan: invocationPerRow({ maximum: MAXIMUM.replace("c < COLS", "c + 1 < COLS") }),
    },
    { name: "no division", mistake: "not-normalised", plan: invocationPerRow({ result: "term(value, maximum)" }) },
    { name: "along the wrong axis", mistake: "normalised-down-columns", plan: downColumns },
    { name: "exp2 for exp", mistake: "base-two", plan: invocationPerRow({ term: "exp2(value - maximum)" }) },
    {
      name: "logarithm of the softmax",
      mistake: "log-softmax",
      plan: invocationPerRow({ result: "value - maximum - log(sum)" }),
    },
    {
      name: "sum ends too early",
      mistake: "last-column-left-out",
      plan: invocationPerRow({ sum: SUM.replace("c < COLS", "c + 1 < COLS") }),
    },
    {
      name: "whole tiles of 16 only",
      mistake: "ragged-tile-left-out-16",
      plan: invocationPerRow({ sum: SUM.replace("c < COLS", "c < COLS / 16 * 16") }),
    },
  ],
};
