import { expect, test } from "vitest";
import { repairsOf } from "./repairs.ts";

const causesOf = (code: string) => [...repairsOf(code)].flat().map(({ kind, cause }) => `${kind}: ${cause}`);
const codesOf = (code: string) => [...repairsOf(code)].flat().map((repair) => repair.code.replace(/\s+/g, " "));

const TREE = `
override COLS: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> part: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let start = group.x * COLS;
  var sum = 0.0;
  for (var c = lane; c < COLS; c += 64u) { sum += x[start + c]; }
  part[lane] = sum;
  for (var width = 16u; width > 0u; width /= 2u) {
    if (lane < width) { part[lane] += part[lane + width]; }
  }
  y[start] = part[0];
}`;

test("puts barriers after uses of workgroup memory, and nowhere else", () => {
  const barriers = causesOf(TREE).filter((cause) => cause.startsWith("barrier"));
  expect(barriers).toEqual([
    "barrier: a workgroupBarrier() is missing after `part[lane] = sum;`",
    expect.stringMatching(/after the `for \(var width.*` block/),
    "barrier: a workgroupBarrier() is missing after the `if (lane < width)` block, which uses `part`",
    "barrier: a workgroupBarrier() is missing after `part[lane] += part[lane + width];`",
    "barrier: a workgroupBarrier() is missing after `y[start] = part[0];`",
  ]);
  expect(causesOf(TREE.replaceAll("part", "other").replace("var<workgroup>", "var<private>"))).not.toContainEqual(
    expect.stringContaining("barrier"),
  );
});

test("names a tree that begins too low, but not one that begins lower still", () => {
  const trees = causesOf(TREE).filter((cause) => cause.startsWith("tree"));
  expect(trees).toEqual([expect.stringMatching(/combines only some of the lanes.*`16u` should be `32u`/)]);
});

test("guards, other builtin values, sizes, spaces and first values", () => {
  expect(causesOf(TREE)).toEqual(
    expect.arrayContaining([
      "builtin: `group` is the builtin `workgroup_id`, but should be `global_invocation_id`",
      expect.stringMatching(/^guard: .*`if \(start >= COLS\) \{ return; \}` is missing after `let start/),
      "workgroup-size: the workgroup has 64 invocations, but the kernel counts on 128",
      "array-size: `part` has room for 64 elements, but the kernel uses more",
      expect.stringMatching(/^private: all invocations of a workgroup share `part`/),
      expect.stringMatching(/^reset: `sum` keeps its value/),
    ]),
  );
});

test("adds what a guard lacks", () => {
  const code = `
override M: u32;
override N: u32;
@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y;
  let col = id.x;
  if (row < M) { c[row * N + col] = 1.0; }
}`;
  expect(codesOf(code)).toContainEqual(expect.stringContaining("if ((row < M) && col < N) {"));
  expect(codesOf(code.replace("< M) { c[row * N + col] = 1.0; }", ">= M) { return; }"))).toContainEqual(
    expect.stringContaining("if ((row >= M) || col >= N) { return; }"),
  );
});

test("makes no loop endless", () => {
  for (const code of codesOf(TREE)) expect(code).not.toMatch(/width >= 0u|width \/= 1u/);
});

test("exchanges all of an index, with members", () => {
  expect(codesOf("var<workgroup> t: array<f32, 256>; fn f(id: vec3u, i: u32) { s = t[id.x * T + i]; }")).toContainEqual(
    expect.stringContaining("t[i * T + id.x]"),
  );
});

test("reads nibbles for bytes, without a sign or with one", () => {
  const codes = codesOf("fn f() { let code = extractBits(w[i / 4u], 8u * (i % 4u), 8u); }");
  expect(codes).toContainEqual(expect.stringContaining("extractBits(w[i / 8u], 4u * (i % 8u), 4u)"));
  expect(codes).toContainEqual(expect.stringContaining("extractBits(bitcast<i32>(w[i / 4u]), 8u * (i % 4u), 8u)"));
});

test("imitates subgroups of the size that the kernel may assume", () => {
  const code = `enable subgroups;
@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) { s = subgroupAdd(s); }`;
  const subgroups = [...repairsOf(code)].flat().filter(({ kind }) => kind === "subgroup");
  expect(subgroups.map(({ cause }) => cause)).toContainEqual(expect.stringContaining("assumes subgroups of 32"));
  expect(subgroups[0]!.code).toMatch(/s = kernelmark_subgroupAdd\(s\)[\s\S]*array<f32, 64>/);
});

test("makes updates atomic, and says that they lose each other", () => {
  const code = "var<workgroup> total: f32; fn f() { total += d * d; if (lane == 0u) { y[0] = total; } }";
  const atomic = [...repairsOf(code)].flat().find(({ kind }) => kind === "atomic")!;
  expect(atomic.cause).toMatch(/several invocations update `total` at once/);
  expect(atomic.code).toContain("var<workgroup> total: atomic<u32>");
  expect(atomic.code).toContain("y[0] = bitcast<f32>(atomicLoad(&total));");
});
