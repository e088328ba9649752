import { beforeAll, expect, test } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { mutantsOf } from "../mutation/mutants.ts";
import type { Case } from "../task/case.ts";
import type { Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { Prober } from "./probe.ts";
import { explain } from "./survivor-rules.ts";
import { rowsOfWorkgroups } from "./workgroup-rows.ts";

const MOST_ACROSS = 65_535;

let task: Task;
let prober: Prober;

beforeAll(async () => {
  task = await loadTask("rms-norm");
  prober = await Prober.open(task, "rules");
});

function caseOf(rows: number, cols: number, index: number): Case {
  const shape = { rows, cols };
  return { task: "rms-norm", index, group: "tiny", data: "plain", shape, params: { eps: 1e-5 } };
}

const LONG_ROWS = [caseOf(3, 64, 0), caseOf(2, 129, 1)];
const ALL_ROWS = [...LONG_ROWS, caseOf(2, 3, 2)];

/** A kernel with a workgroup for each row. */
function rowKernel(body: string, row = "group.x + group.y * groups.x"): string {
  return `
override ROWS: u32;
override COLS: u32;
const LANES = 64u;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
var<workgroup> partials: array<f32, LANES>;
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = ${row};
  let start = row * COLS;
  ${body}
}`;
}

/** A kernel with an invocation for each element. */
const ELEMENT_KERNEL = `
override ROWS: u32;
override COLS: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= ROWS * COLS) { return; }
  y[id.x] = x[id.x];
}`;

/** The direction in which the workgroups of rows are counted. */
type Dispatch = "across" | "down";

function planOf(code: string, { rows, cols }: Case["shape"], dispatch: Dispatch): Plan {
  const count = code === ELEMENT_KERNEL ? Math.ceil((rows! * cols!) / 64) : rows!;
  const across = dispatch === "down" ? 1 : Math.min(count, MOST_ACROSS);
  const constants = { ROWS: rows!, COLS: cols! };
  const workgroups = [across, Math.ceil(count / across)];
  return { passes: [{ code, constants, bindings: ["x", "gamma", "y"], workgroups }] };
}

/** The reason that rules find for the mutant with this line. */
async function reasonFor(
  code: string,
  after: string,
  { cases = ALL_ROWS, dispatch = "across" }: { cases?: readonly Case[]; dispatch?: Dispatch } = {},
): Promise<string | undefined> {
  const mutant = mutantsOf(code).find((one) => one.after === after);
  if (mutant === undefined) throw new Error(`no mutant gives ${after}`);
  const explanation = await explain({
    module: code,
    mutant,
    probe: (probe) =>
      prober.probe(
        cases,
        ({ shape }) => planOf(code, shape, dispatch),
        code,
        probe,
        () => {},
      ),
    isAccepted: async () => true,
    rows: async () => rowsOfWorkgroups(task, cases, (shape) => planOf(code, shape, dispatch), code),
  });
  return explanation?.reason;
}

const COPY = "for (var c = lane; c < COLS; c += LANES) { y[start + c] = x[start + c]; }";
const MAXIMUM = (start: string) => `
  var highest = ${start};
  for (var c = 0u; c < COLS; c++) { highest = max(highest, x[start + c]); }
  for (var c = lane; c < COLS; c += LANES) { y[start + c] = highest; }`;
const TREE = `
  partials[lane] = x[start + lane % COLS];
  workgroupBarrier();
  for (var width = 32u; width > 0u; width /= 2u) {
    if (lane < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  for (var c = lane; c < COLS; c += LANES) { y[start + c] = partials[0]; }`;
const STRIPES = `
const WIDTH = 8u;
${rowKernel(`
  for (var first = lane * WIDTH; first < COLS; first += LANES * WIDTH) {
    for (var c = first; c < min(first + WIDTH, COLS); c++) { y[start + c] = x[start + c]; }
  }`)}`;
const LIMIT = `
const MOST = 100000u;
${rowKernel(`${COPY}\n if (COLS > MOST) { y[start] = 0.0; }`)}`;
const SQUARES = (square: string) => `
  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) {
    let apart = gamma[c] - x[start + c];
    sum += ${square};
  }
  for (var c = lane; c < COLS; c += LANES) { y[start + c] = sum; }`;
const TILE = (value: string) => `
  partials[lane] = -abs(x[start + lane % COLS]);
  workgroupBarrier();
  var highest = partials[0];
  for (var j = 1u; j < LANES; j++) {
    highest = max(highest, ${value});
  }
  for (var c = lane; c < COLS; c += LANES) { y[start + c] = highest; }`;

test.each<[rule: string, code: string, after: string, reason: RegExp]>([
  [
    "comparisons of unsigned numbers with 0",
    rowKernel(`${COPY}\n if (lane == 0) { y[start] = x[start]; }`),
    "if (lane <= 0) { y[start] = x[start]; }",
    /never below 0/,
  ],
  ["larger workgroups", ELEMENT_KERNEL, "@compute @workgroup_size(65)", /surplus ones end at the guard/],
  ["races", rowKernel(TREE), "if (true) {", /numbered in reversed order/],
  [
    "reads past the end of an input",
    rowKernel(`for (var c = lane; c < COLS; c += LANES) { y[start + c] = select(1.0, 2.0, gamma[COLS - 1u] == 0.0); }`),
    "for (var c = lane; c < COLS; c += LANES) { y[start + c] = select(1.0, 2.0, gamma[(COLS - 1u) + 1] == 0.0); }",
    /past the end of a tensor return zero/,
  ],
  [
    "reads past the end of a workgroup's array",
    rowKernel(TILE("partials[j]")),
    "for (var j = 1u; j <= LANES; j++) {",
    /workgroup's array return zero/,
  ],
  [
    "signs of squares",
    rowKernel(SQUARES("apart * apart")),
    "let apart = (x[start + c]) - (gamma[c]);",
    /only the square of apart/,
  ],
  [
    "rounds that repeat",
    rowKernel(TILE("partials[j]")),
    "for (var j = 0u; j < LANES; j++) {",
    /another number of rounds in 3 of 3 cases/,
  ],
  [
    "numbers that are overwritten",
    rowKernel(
      `var value = 0.0;\n for (var c = lane; c < COLS; c += LANES) { value = x[start + c]; y[start + c] = value; }`,
    ),
    "var value = 1.0;",
    /others give the same/,
  ],
  [
    "expressions of constants",
    rowKernel("for (var c = lane; c < COLS; c += LANES / 20u) { y[start + c] = x[start + c]; }"),
    "for (var c = lane; c < COLS; c += LANES / 21u) { y[start + c] = x[start + c]; }",
    /the same constant/,
  ],
  ["constants that divide the work", STRIPES, "const WIDTH = 9u;", /division of work/],
  ["lower starts of a maximum", rowKernel(MAXIMUM("-1.0e30")), "var highest = -2e+30;", /every lower number/],
])("explains %s", async (_, code, after, reason) => {
  expect(String(await reasonFor(code, after))).toMatch(reason);
});

const ROWS_OF_WORKGROUPS = [rowKernel(COPY), "let row = group.x + group.y * groups.y;"] as const;

test("explains an index of rows of workgroups that only large problems need", async () => {
  expect(await reasonFor(...ROWS_OF_WORKGROUPS, { cases: LONG_ROWS })).toMatch(
    /no case dispatches several rows of workgroups: only problems from \d{8} elements/,
  );
});

test("does not explain an index of rows of workgroups that a small problem needs", async () => {
  expect(await reasonFor(...ROWS_OF_WORKGROUPS)).toBeUndefined();
});

test.each<[hole: string, code: string, after: string, dispatch?: Dispatch]>([
  [
    "a signed number that no case makes negative",
    rowKernel(
      `${COPY}\n let offset = i32(COLS) - 1;\n if (offset == 0) { y[start] = x[start]; }\n if (offset < 0) { y[start] = 0.0; }`,
    ),
    "if (offset <= 0) { y[start] = x[start]; }",
  ],
  [
    "rows of workgroups in every case",
    rowKernel(`${COPY}`, "min(group.x, 0u * group.y) + group.y"),
    "let row = min(group.x, 1u * group.y) + group.y;",
    "down",
  ],
  [
    "a branch that no case takes",
    rowKernel(`${COPY}\n if (COLS > 100000u) { y[start] = 0.0; }`),
    "if (COLS >= 100000u) { y[start] = 0.0; }",
  ],
  ["a constant limit that no case reaches", LIMIT, "const MOST = 100001u;"],
  [
    "an expression of a size that gives the same in all cases",
    rowKernel(`${COPY}\n if (COLS / 1000u > 7u) { y[start] = 0.0; }`),
    "if (COLS / 1001u > 7u) { y[start] = 0.0; }",
  ],
  ["a start of a maximum that all data exceed", rowKernel(MAXIMUM("-1000.0")), "var highest = -0.0;"],
  ["a sign that no case shows", rowKernel(SQUARES("abs(apart)")), "let apart = (x[start + c]) - (gamma[c]);"],
])("does not explain %s", async (_, code, after, dispatch) => {
  expect(await reasonFor(code, after, dispatch && { dispatch })).toBeUndefined();
});
