import { beforeAll, expect, it } from "vitest";
import task from "../../kernels/softmax/softmax/task.ts";
import type { BufferDump } from "../results/case-numbers.ts";
import { LocalJudge } from "../verify/judge-locally.ts";
import type { DumpRequest } from "./show.ts";

const code = `
override ROWS: u32;
override COLS: u32;
struct Row { largest: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<Row>;
@group(0) @binding(3) var<storage, read_write> places: array<u32>;

@compute @workgroup_size(64)
fn find(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= ROWS) { return; }
  var at = 0u;
  for (var c = 0u; c < COLS; c++) { if (x[row * COLS + c] > x[row * COLS + at]) { at = c; } }
  rows[row].largest = x[row * COLS + at];
  places[row] = at;
}

@compute @workgroup_size(64)
fn divide(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= ROWS) { return; }
  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) { sum += exp(x[row * COLS + c] - rows[row].largest); }
  for (var c = 0u; c < COLS; c++) { y[row * COLS + c] = exp(x[row * COLS + c] - rows[row].largest) / sum; }
  places[row] = 77u;
}`;

const plan: typeof task.plain = ({ shape }) => {
  const pass = (entryPoint: string) => ({
    ...{ code, entryPoint, constants: { ROWS: shape.rows, COLS: shape.cols } },
    ...{ bindings: ["x", "y", "rows", "places"], workgroups: [Math.ceil(shape.rows / 64)] as [number] },
  });
  return { scratch: { rows: 4 * shape.rows, places: 4 * shape.rows }, passes: [pass("find"), pass("divide")] };
};

let judge: LocalJudge<"rows" | "cols", never>;
beforeAll(async () => {
  judge = await LocalJudge.open(task, { seed: "show", only: ({ shape }) => shape.rows === 2 });
});

async function show(dumps: readonly DumpRequest[]) {
  const { verdict, shown } = await judge.judge(plan, { shows: { isChosen: true, dumps } });
  expect(verdict).toBe("accepted");
  return shown!;
}

it("shows the numbers of a chosen case even if it is accepted", async () => {
  const { numbers } = await show([]);
  expect(numbers).toMatchObject({ inputs: { x: { dims: [2, 3] } }, outputs: { y: { dims: [2, 3], wrong: [] } } });
});

it("reads a buffer after a pass that is named, numbered or last, in the type that the kernel declares", async () => {
  const { numbers, dumps } = await show([
    { buffer: "rows", after: "find" },
    { buffer: "places", after: "1" },
    { buffer: "places" },
    { buffer: "y", after: "1" },
  ]);
  const [rows, places, last, y] = dumps as Exclude<BufferDump, { problem: string }>[];
  const x = numbers!.inputs.x!.values as number[];
  const rowsOfX = [x.slice(0, 3), x.slice(3)];
  expect(rows).toMatchObject({ type: "f32", afterPass: 1, passCount: 2, elementCount: 2, caseIndex: 1 });
  expect(rows!.values).toEqual(rowsOfX.map((row) => Math.max(...row)));
  expect(places).toMatchObject({ type: "u32", values: rowsOfX.map((row) => row.indexOf(Math.max(...row))) });
  expect(last).toMatchObject({ afterPass: 2, values: [77, 77] });
  expect(y!.values).toEqual([null, null, null, null, null, null]);
});

it.each<[DumpRequest, problem: string, hint: string]>([
  [{ buffer: "row" }, 'no scratch buffer "row". Did you mean "rows"?', "--dump takes rows, places, y."],
  [{ buffer: "rows", after: "3" }, "The plan has 2 passes, but --dump names pass 3.", "--dump rows@1"],
  [{ buffer: "rows", after: "0" }, "but --dump names pass 0.", "--dump rows@1"],
  [{ buffer: "rows", after: "divde" }, 'the `entryPoint` "divde". Did you mean "divide"?', "--dump rows@1"],
])("refuses %j", async (request, problem, hint) => {
  const { dumps } = await show([request]);
  expect(dumps[0]).toMatchObject({ problem: expect.stringContaining(problem), hint: expect.stringContaining(hint) });
});

it("dumps nothing if the kernel does not compile", async () => {
  const broken: typeof plan = (context) => {
    const { passes, ...rest } = plan(context);
    return { ...rest, passes: passes.map((pass) => ({ ...pass, code: pass.code.replace("var sum", "vra sum") })) };
  };
  const shows = { isChosen: true, dumps: [{ buffer: "rows" }] };
  const { verdict, shown } = await judge.judge(broken, { shows });
  expect(verdict).toBe("compile-error");
  expect(shown).toEqual({ numbers: undefined, dumps: [] });
});
