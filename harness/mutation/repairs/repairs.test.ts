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

test("begins with guards if writes are out of bounds", () => {
  const code = `
override N: u32;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  y[i] = f32(N);
}`;
  const [first] = repairsOf(code, true);
  expect(first!.map(({ kind }) => kind)).toContain("guard");
  const [usual] = repairsOf(code);
  expect(usual!.map(({ kind }) => kind)).not.toContain("guard");
});

test("takes no buffer from another kernel of the module", () => {
  const code = `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> b: array<f32>;
@compute @workgroup_size(64) fn one(@builtin(global_invocation_id) id: vec3u) { b[id.x] = a[id.x]; }
@group(0) @binding(0) var<storage, read> c: array<f32>;
@group(0) @binding(1) var<storage, read_write> d: array<f32>;
@compute @workgroup_size(64) fn two(@builtin(global_invocation_id) id: vec3u) { d[id.x] = c[id.x]; }`;
  for (const repaired of codesOf(code)) {
    const [, one = ""] = /fn one([^}]*)/.exec(repaired) ?? [];
    expect(one).not.toMatch(/\b[cd]\[/);
  }
});

test("puts no barrier where it is not reached", () => {
  const code = `var<workgroup> parts: array<f32, 64>; fn total() -> f32 { workgroupBarrier(); return parts[0]; }`;
  expect(causesOf(code).filter((cause) => cause.startsWith("barrier"))).toEqual([]);
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
  for (const code of codesOf(TREE)) expect(code).not.toMatch(/width >= 0u|width \/= 1u|c = 64u/);
});

test("takes no 1 away again that was added", () => {
  const causes = causesOf("fn f(n: u32) { let end = n + 1u; let last = n - 1; y[end] = last; }");
  expect(causes).toContainEqual(expect.stringContaining("`+ 1u` does not belong there"));
  expect(causes).toContainEqual(expect.stringContaining("it should be `n + 1u + 1u`"));
  for (const cause of causes) expect(cause).not.toMatch(/n \+ 1u - 1u|n - 1 \+ 1u/);
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

/** A kernel with these statements. */
const withBody = (body: string) => `
struct Part { count: f32, mean: f32, squares: f32 }
struct Found { score: f32, doc: u32 }
override SIZE: u32;
override COLS: u32;
const LANES = 64u;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> sums: array<f32, 64>;
var<workgroup> largest: atomic<u32>;
fn helped(v: f32) -> f32 { let size = abs(v); return 1.0 - size; }
fn joined(a: Part, b: Part) -> Part { return Part(a.count + b.count, a.mean, a.squares + b.squares); }
fn better(a: Found, b: Found) -> bool { return b.score > a.score; }
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  ${body}
}`;

test.each<[string, string, string, RegExp]>([
  [
    "a term moved into a root",
    "y[0] = 1.0 / (sqrt(v) + EPS);",
    "1.0 / (sqrt(v + EPS))",
    /`sqrt\(v\) \+ EPS` should be/,
  ],
  ["a factor moved into a root", "y[0] = S * sqrt(v);", "sqrt(S * v)", /`S \* sqrt\(v\)` should be `sqrt\(S \* v\)`/],
  ["a factor moved out of a root", "y[0] = sqrt(v / c);", "(sqrt(v) / c)", /should be `sqrt\(v\) \/ c`/],
  ["a factor moved out of brackets", "y[0] = K * (w - d);", "(K * w - d)", /`K \* \(w - d\)` should be `K \* w - d`/],
  ["a term moved into brackets", "y[0] = a + b / c;", "(a + b) / c", /`a \+ b` should be `\(a \+ b\)`/],
  [
    "the same move in two lines",
    "let t = (i32(a) - i32(P)) * i32(S); let u = (i32(b) - i32(P)) * i32(S);",
    "let t = (i32(a) * i32(S) - i32(P)); let u = (i32(b) * i32(S) - i32(P));",
    /and likewise in 1 more place$/,
  ],
  ["a sum that is not rescaled", "var t = 0.0; s *= f; t += w; s += w;", "s *= f; t *= f;", /`t \*= f;` is missing/],
  [
    "a sum kept from the loop before",
    "var own = 0.0; for (;;) { own += 1.0; } for (;;) { own += 2.0; }",
    "own = 0; for (;;) { own += 2.0; }",
    /`own` keeps its value from before this loop/,
  ],
  [
    "a statement too early in a round",
    "for (;;) { k += 1u; c = k * 2u; }",
    "{ c = k * 2u; k += 1u; }",
    /`k \+= 1u;` comes too early: put it after `c = k \* 2u;`/,
  ],
  ["an own part", "sums[lane] = count; y[0] = s / count;", "s / sums[0]", /`count` is this invocation's own part/],
  ["a factor of one term only", "y[0] = p.y + q.y * exp(q.x);", "p.y * exp(p.x) + q.y * exp(q.x)", /lacks the factor/],
  ["a minimum from too low", "var least = 1e6; if (d < least) { least = d; }", "3.4028e38", /`least` begins at 1e6/],
  [
    "a maximum of vectors",
    "var high = vec2f(0); high = max(high, v);",
    "vec2f(-3.4028e38)",
    /`high` begins at vec2f\(0\)/,
  ],
  ["a division by zero", "y[0] = a / n;", "a / max(n, (n) * 0.0 + 1e-30)", /the divisor `n` can be 0, and 0\/0 is NaN/],
  ["exchanged arguments", "c = vec4u(0u, 0u, 0u, block);", "vec4u(block, 0u, 0u, 0u)", /are exchanged/],
  ["an exponent's sign", "y[0] = 1.0 + exp(v);", "exp(-(v))", /the exponent has the wrong sign/],
  ["a missing maximum", "m = max(m, v); y[0] = exp(v);", "exp((v) - m)", /subtract the maximum, `m`/],
  ["another function", "y[0] = log2(v);", "log(v)", /`log2` should be `log`/],
  ["part below zero", "let v = x[0]; y[0] = v;", "y[0] = min(v, 0.0);", /`v` is not limited from above/],
  ["a magnitude", "let v = x[0]; y[0] = v;", "y[0] = abs(v);", /`v` lacks its absolute value/],
  ["the sign of the result", "", "return sign(v) * (1.0 - size);", /lacks the sign of `v`/],
  ["another component", "y[0] = t.x - t.y * t.y;", "t.y - t.y * t.y", /`t\.x` should be `t\.y`/],
  ["exchanged axes", "let i = id.x; let j = id.y;", "let i = id.y; let j = id.x;", /`id\.x` and `id\.y` are exchanged/],
  ["exchanged digits", "y[0] = 1.412413741;", "1.421413741", /two digits are exchanged/],
  ["a related constant", "y[0] = 0.70710678 * v;", "1.4142135623730951 * v", /`0\.70710678` should be/],
  ["an integer division", "y[0] = f32(a / b);", "f32(a) / f32(b)", /integers are divided/],
  [
    "an integer division by a product",
    "y[0] = f32(a / (b * 2u));",
    "f32(a) / f32(b * 2u)",
    /convert first, `f32\(a\) \/ f32\(b \* 2u\)`/,
  ],
  ["a count that is one too high", "y[0] = s / f32(SIZE);", "f32(SIZE - 1)", /is one too high/],
  ["a component as the index", "y[c] = x[id.x];", "x[c]", /`id\.x` should be `c`/],
  ["a compared name as the index", "if (best == own) { y[0] = x[best]; }", "x[own]", /`best` should be `own`/],
  ["a size in an index", "let at = row * n[0];", "row * COLS", /`n\[0\]` should be `COLS`/],
  [
    "a factor of an index",
    "let at = group.x * LANES + lane;",
    "group.x * LANES * COLS + lane",
    /the factor `COLS` is missing/,
  ],
  ["an offset", "y[0] = x[j];", "x[SIZE + j]", /`x\[j\]` lacks the offset `SIZE`/],
  [
    "a stride",
    "for (var i = lane; i < SIZE; i += LANES) {}",
    "i += LANES * groups.x",
    /the stride `i \+= LANES` is too short/,
  ],
  [
    "the rest of the last tile",
    "for (var first = 0u; first < SIZE; first += LANES) { let end = LANES; }",
    "let end = min(LANES, SIZE - first);",
    /the last tile may have fewer than `LANES` elements/,
  ],
  ["a remainder", "if (b == lane) { y[0] = 1.0; }", "b % LANES == lane", /holds for the first `LANES` only/],
  ["an upper end", "if (row >= 0) { y[0] = 1.0; }", "((row >= 0) && row < i32(SIZE))", /has no upper end for `row`/],
  [
    "a condition too many",
    "if (c < COLS) { y[0] = 1.0; }",
    "if (true) { y[0] = 1.0; }",
    /should not depend on `\(c < COLS\)`/,
  ],
  ["a second dimension", "let row = group.x;", "let row = group.y * groups.x + group.x;", /also extends along y/],
  ["an order of equals", "", "(b.score == a.score && b.doc < a.doc)", /equal values come in any order/],
  [
    "the distance of means",
    "",
    "a.squares + b.squares + (b.mean - a.mean) * (b.mean - a.mean) * a.count * b.count",
    /lacks the distance between the parts' means/,
  ],
  [
    "bits in atomics",
    "atomicMax(&largest, u32(v));",
    "atomicMax(&largest, bitcast<u32>(v))",
    /`bitcast` keeps the bits/,
  ],
  [
    "an output that is written too late",
    "sums[lane] = 1.0; if (lane == 0u) { sums[0] = 2.0; } y[0] = sums[0];",
    "sums[lane] = 1.0; y[0] = sums[0]; workgroupBarrier(); if (lane == 0u)",
    /`y\[0\] = sums\[0\];` comes too late/,
  ],
  [
    "a storageBarrier",
    "y[lane] = 1.0; sums[lane] = y[0];",
    "y[lane] = 1.0; storageBarrier();",
    /a storageBarrier\(\) is missing after `y\[lane\] = 1\.0;`/,
  ],
])("%s", (_, body, repaired, cause) => {
  const found = [...repairsOf(withBody(body))]
    .flat()
    .filter(({ code }) => code.replace(/\s+/g, " ").includes(repaired));
  expect(found.map((one) => one.cause)).toContainEqual(expect.stringMatching(cause));
});

test("says which of several elements in a line is wrong", () => {
  const causes = causesOf(withBody("let a = group.x; let b = group.y; sum += x[a] * y[a] + x[b];"));
  expect(causes).toContainEqual(expect.stringMatching(/^name: .*`y\[a\]` should be `y\[b\]`$/));
});

test("tries where a workgroup begins before other numbers of workgroups", () => {
  const lists = [...repairsOf(withBody("let first = group.x * LANES + lane;"))];
  expect(lists[1]!.map(({ cause }) => cause)).toContainEqual(expect.stringMatching(/the factor `COLS` is missing/));
});

test("a mark that values reach", () => {
  const code = "const FOUND = -1.0; fn f() { var best = FOUND; }";
  expect(codesOf(code)).toContainEqual(expect.stringContaining("const FOUND = -3.4028e38;"));
});
