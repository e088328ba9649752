import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { acrossSubgroups } from "../combination.ts";

type Softmax = PlanFunction<"rows" | "cols", never>;

const MAXIMUM_AND_SUM = `  var maximum = x[start];
  for (var c = 1u; c < COLS; c++) {
    maximum = max(maximum, x[start + c]);
  }

  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) {
    sum += exp(x[start + c] - maximum);
  }
`;

/** The maximum and the sum in one loop, without a branch: every step rescales the sum. */
const ONLINE = `  var maximum = x[start];
  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) {
    let value = x[start + c];
    let larger = max(maximum, value);
    sum = fma(sum, exp(maximum - larger), exp(value - larger));
    maximum = larger;
  }
`;

/** One workgroup for a row, whose lanes combine their results across subgroups. */
const subgroups: Softmax = ({ shape: { rows, cols }, device }) => {
  const code = `enable subgroups;
  override ROWS: u32;
  override COLS: u32;
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  ${acrossSubgroups(64)}
  @compute @workgroup_size(64)
  fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) lane: u32,
  ) {
    // So many workgroups with barriers take a software adapter seconds: each takes many short rows.
    for (var row = group.x; row < ROWS; row += groups.x) {
      let start = row * COLS;
      var highest = x[start];
      for (var c = lane; c < COLS; c += 64) { highest = max(highest, x[start + c]); }
      let maximum = combine_max(highest, lane);
      var part = 0.0;
      for (var c = lane; c < COLS; c += 64) { part += exp(x[start + c] - maximum); }
      let sum = combine_sum(part, lane);
      for (var c = lane; c < COLS; c += 64) { y[start + c] = exp(x[start + c] - maximum) / sum; }
    }
  }`;
  const workgroups = [Math.min(rows, 4096, device.limits.maxComputeWorkgroupsPerDimension)];
  const passes = [{ code, constants: { ROWS: rows, COLS: cols }, bindings: ["x", "y"], workgroups }];
  return { passes, requires: ["subgroups"] };
};

/** Three passes: the rows' maxima, the exponentials and their sums, the quotients. */
const severalPasses: Softmax = ({ shape: { rows, cols } }) => {
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

export const variants: WrittenVariants<"rows" | "cols", never> = {
  honest: [
    { name: "online", ownSkeleton: true, edits: [[MAXIMUM_AND_SUM, ONLINE]] },
    {
      name: "through the logarithm of the sum",
      edits: [["= exp(x[start + c] - maximum) / sum", "= exp(x[start + c] - (maximum + log(sum)))"]],
    },
    { name: "subgroups", ownSkeleton: true, plan: subgroups },
    { name: "three passes, exponentials kept in the output", ownSkeleton: true, plan: severalPasses },
  ],
};
