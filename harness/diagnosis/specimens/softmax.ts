import { plain } from "../../../kernels/softmax/softmax/plain.ts";
import type { PlanFunction } from "../../task/plan.ts";
import { type Specimen, withText, withWorkgroups } from "./specimen.ts";

type SoftmaxPlan = PlanFunction<"rows" | "cols", never>;

const INTERFACE = `
override ROWS: u32;
override COLS: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
`;

/** One workgroup a row, as many as one dimension holds; the rest over y. */
function workgroupPerRow(body: string, mostRows = Number.POSITIVE_INFINITY): SoftmaxPlan {
  const code = `${INTERFACE}
const LANES = 64u;
var<workgroup> shared_values: array<f32, LANES>;
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = local.x;
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;
${body}
}`;
  return ({ shape: { rows, cols } }) => {
    const across = Math.min(rows, 65_535);
    const down = Math.min(Math.ceil(rows / across), mostRows);
    return {
      passes: [{ code, constants: { ROWS: rows, COLS: cols }, bindings: ["x", "y"], workgroups: [across, down] }],
    };
  };
}

/** Softmax of a row by all lanes, with what stands between the steps of the trees. */
function reduced(between: string): string {
  return `
  var own = -3.0e38;
  for (var c = lane; c < COLS; c += LANES) { own = max(own, x[start + c]); }
  shared_values[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) { shared_values[lane] = max(shared_values[lane], shared_values[lane + width]); }
    ${between}
  }
  let maximum = shared_values[0];
  workgroupBarrier();
  var part = 0.0;
  for (var c = lane; c < COLS; c += LANES) { part += exp(x[start + c] - maximum); }
  shared_values[lane] = part;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) { shared_values[lane] += shared_values[lane + width]; }
    ${between}
  }
  let sum = shared_values[0];
  for (var c = lane; c < COLS; c += LANES) { y[start + c] = exp(x[start + c] - maximum) / sum; }
`;
}

export const softmax: readonly Specimen<"rows" | "cols", never>[] = [
  {
    name: "workgroups rounded down",
    cause: "Math.floor instead of Math.ceil: the last rows get no workgroup",
    says: [/never written/i, /last/i, /rows/],
    plan: withWorkgroups(plain, ({ shape: { rows } }) => [Math.max(1, Math.floor(rows / 64))]),
  },
  {
    name: "no barriers in the tree",
    cause: "the tree in workgroup memory has no barriers between its steps",
    says: [/barrier/i],
    plan: workgroupPerRow(reduced("")),
  },
  {
    name: "maximum begins at zero",
    cause: "the running maximum begins at 0, which is above rows that are negative throughout",
    says: [/maximum/i, /negative|\b0\b|zero/i],
    plan: withText(plain, "var maximum = x[start];", "var maximum = 0.0;"),
  },
  {
    name: "one column an invocation",
    cause: "one workgroup of 256 a row without a loop over the columns",
    says: [/never written/i, /256/, /col/],
    plan: ({ shape: { rows, cols } }) => ({
      passes: [
        {
          code: `${INTERFACE}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.x + group.y * groups.x;
  if (row >= ROWS || local.x >= COLS) { return; }
  var maximum = x[row * COLS];
  for (var c = 0u; c < COLS; c++) { maximum = max(maximum, x[row * COLS + c]); }
  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) { sum += exp(x[row * COLS + c] - maximum); }
  y[row * COLS + local.x] = exp(x[row * COLS + local.x] - maximum) / sum;
}`,
          constants: { ROWS: rows, COLS: cols },
          bindings: ["x", "y"],
          workgroups: [Math.min(rows, 65_535), Math.ceil(rows / 65_535)],
        },
      ],
    }),
  },
  {
    name: "written one place further",
    cause: "the index of the output is one too high",
    says: [/shifted by one|one (place|column|element) (further|too)/i],
    plan: withText(plain, "y[start + c] =", "y[start + c + 1u] ="),
  },
  {
    name: "rows and columns of the constants exchanged",
    cause: "ROWS is given the number of columns, and COLS that of rows",
    says: [/rows/, /cols/, /exchanged|swapped|square|only where|except where/i],
    plan: (context) => {
      const { passes } = plain(context);
      const { rows, cols } = context.shape;
      return {
        passes: [{ ...passes[0]!, constants: { ROWS: cols, COLS: rows }, workgroups: [Math.ceil(cols / 64)] }],
      };
    },
  },
  {
    name: "a fixed row length",
    cause: "rows are taken to be 64 long",
    says: [/\b64\b/, /cols/],
    plan: withText(plain, "let start = row * COLS;", "let start = row * 64u;"),
  },
  {
    name: "one dimension of workgroups",
    cause: "a workgroup a row, cut off at the 65,535 that one dimension holds",
    says: [/never written/i, /65[,.]?535/],
    plan: workgroupPerRow(reduced("workgroupBarrier();"), 1),
    needsManyRows: true,
  },
  {
    name: "divided by the row length",
    cause: "the exponentials are divided by the number of columns instead of by their sum",
    says: [/add up to|sum to|normalis/i],
    plan: withText(plain, "exp(x[start + c] - maximum) / sum", "exp(x[start + c] - maximum) / f32(COLS)"),
  },
  {
    name: "exponentials in half precision",
    cause: "the exponentials are rounded to f16",
    says: [/f16|half/i],
    plan: withText(plain, "sum += exp(x[start + c] - maximum);", "sum += quantizeToF16(exp(x[start + c] - maximum));"),
  },
];
