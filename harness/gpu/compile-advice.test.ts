import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import type { Pass } from "../task/plan.ts";
import { type Device, openDevice } from "./device.ts";
import { Compiler } from "./program.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.gpu.destroy());

const Y = "@group(0) @binding(0) var<storage, read_write> y: array<f32>;\n";

async function problemOf(code: string, pass: Partial<Pass> = {}): Promise<string> {
  const compiler = new Compiler(device, ["x"]);
  const compilation = await compiler.compile({ passes: [{ code, bindings: ["y"], workgroups: [1], ...pass }] });
  return compilation.ok ? "" : compilation.problem.message;
}

describe("errors of people who come from other languages say what to write in WGSL", () => {
  const ID = "@builtin(global_invocation_id) id: vec3u";
  it.each<[string, string, string]>([
    ["CUDA's indices", "y[threadIdx.x] = 1.0;", "`fn main(@builtin(local_invocation_id) local_id: vec3u)`"],
    ["CUDA's sizes", "y[blockDim.x] = 1.0;", "`const LANES = 64;`"],
    ["GLSL's indices", "y[gl_GlobalInvocationID.x] = 1.0;", "`fn main(@builtin(global_invocation_id) id: vec3u)`"],
    ["CUDA's barrier", "__syncthreads();", "write `workgroupBarrier();`"],
    ["GLSL's barrier", "barrier();", "write `workgroupBarrier()`"],
    ["C's variables", "float sum = 1.0;", "write `var sum: f32 = …;`"],
    ["C's loops", "for (int i = 0; i < 3; i++) { y[i] = 1.0; }", "write `var i: i32 = …;`"],
    ["C's conditional", "let a = y[0] > 1.0 ? 2.0 : 3.0;", "`select(valueIfFalse, valueIfTrue, condition)`"],
    ["C's casts", "y[0] = (float)3;", "`f32(x)`"],
    ["C's arrays", "var a[4]: f32;", "`var a: array<f32, 4>;`"],
    ["C's functions", "y[0] = expf(y[0]);", "Did you mean `exp`?"],
    ["C's maximum", "y[0] = fmaxf(y[0], 1.0);", "write `max(a, b)`"],
    ["C's infinity", "y[0] = -INFINITY;", "WGSL has no infinities"],
    ["an infinite constant", "y[0] = -1.0 / 0.0;", "WGSL has no infinities"],
    ["a statement without braces", "if (y[0] > 1.0) return;", "`if` needs braces"],
    ["Python's operators", "if (y[0] > 1.0 and y[0] < 2.0) { y[0] = 1.0; }", "write `&&`, `||` and `!`"],
    ["Python's power", "y[0] = y[0] ** 2.0;", "`x * x`"],
    ["a misspelt name", "let weight = 1.0; y[0] = wieght;", "Did you mean `weight`?"],
    ["a misspelt function", "y[0] = inverseSqr(y[0]);", "Did you mean `inverseSqrt`?"],
    ["a let that changes", "let sum = 0.0; sum += 1.0;", "declare `var sum`"],
    ["a missing semicolon", "var sum = 0.0\n sum += 1.0;", "may be missing at the end of the line before"],
    ["signed and unsigned", "for (var i = 0; i < id.x; i++) { y[i] = 1.0; }", "begin with `0u`"],
    ["a number and an integer", "y[0] = 2.0 * id.x;", "`f32(…)`"],
    ["a signed shift", "let n = 3i; y[0] = f32(5u >> n);", "Shift by a u32"],
    ["a vector as an index", "y[id] = 1.0;", "take a component, such as `id.x`"],
    ["a vector compared with a number", "if (id >= 4u) { return; }", "take a component of the vector"],
    ["an array of variable size", "let n = 3u; var a: array<f32, n>;", "use a `const`"],
    ["an atomic f32", "atomicAdd(&y[0], 1.0);", "Only i32 and u32 can be atomic"],
    [
      "a barrier that some do not reach",
      "if (id.x < 3u) { workgroupBarrier(); }",
      "All invocations of a workgroup must reach it",
    ],
  ])("%s", async (_, body, advice) => {
    const message = await problemOf(`${Y}@compute @workgroup_size(64) fn main(${ID}) {\n${body}\n}`);
    expect(message).toContain(advice);
    expect(message).not.toContain("\n");
  });

  it.each<[string, string, string]>([
    ["CUDA's kernels", `${Y}__global__ void main() {}`, "`@compute @workgroup_size(64) fn main(…) {`"],
    ["CUDA's shared memory", `__shared__ float t[64];\n${Y}`, "`var<workgroup> partials: array<f32, 64>;`"],
    ["C's preprocessor", `#define N 3\n${Y}`, "`const N = 64;`"],
    ["Python's functions", `${Y}def main():`, "write `fn name(x: f32) -> f32 { … }`"],
    ["C's types", "@group(0) @binding(0) var<storage> y: array<float>;", "the type is `f32`"],
    [
      "a parameter that is not a builtin",
      `${Y}@compute @workgroup_size(1) fn main(id: vec3u) {}`,
      "@builtin(global_invocation_id)",
    ],
    [
      "a missing @compute",
      `${Y}fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = 1.0; }`,
      "Write `@compute @workgroup_size(64)`",
    ],
    ["a feature without requires", `enable subgroups;\n${Y}`, '`requires: ["subgroups"]`'],
    ["half precision without requires", `enable f16;\n${Y}`, '`requires: ["shader-f16"]`'],
  ])("%s", async (_, code, advice) => {
    expect(await problemOf(code)).toContain(advice);
  });
});

describe("a valid module that does not fit its pass", () => {
  const kernel = (head: string, body = "y[0] = 1.0;", size = "64") =>
    `${Y}${head}\n@compute @workgroup_size(${size}) fn softmax() { ${body} }`;
  const COLS = kernel("override COLS: u32;", "y[0] = f32(COLS);");
  const TWO = `${kernel("")} @compute @workgroup_size(1) fn scale() { y[0] = 2.0; }`;
  it.each<[string, string, Partial<Pass>, string]>([
    [
      "a constant is missing",
      COLS,
      {},
      "`passes[0].constants` lacks `COLS`, which the kernel declares as an `override` without a value. Add it.",
    ],
    [
      "a constant is misspelt",
      COLS,
      { constants: { COLS: 1, COL: 2 } },
      "`passes[0].constants` has `COL`, but the kernel has no `override` of that name. Did you mean `COLS`?",
    ],
    [
      "a constant is not declared",
      kernel(""),
      { constants: { LANES: 2 } },
      "`passes[0].constants` has `LANES`, but the kernel has no `override` of that name. Declare it in the kernel, such as `override LANES: u32;`, or remove it.",
    ],
    [
      "a constant is negative",
      COLS,
      { constants: { COLS: -1 } },
      "`passes[0].constants.COLS` is -1, but the kernel declares it as u32.",
    ],
    [
      "the entry point has another name",
      TWO,
      { entryPoint: "main" },
      "`passes[0].entryPoint` is `main`, but the module has no entry point of that name. The module has `softmax` and `scale`.",
    ],
    [
      "the entry point is not named",
      TWO,
      {},
      'The module of passes[0] has `softmax` and `scale`. Name the one to run: `entryPoint: "softmax"`.',
    ],
    [
      "nothing is an entry point",
      `${Y}fn main() { y[0] = 1.0; }`,
      { entryPoint: "main" },
      "The module of passes[0] has no entry point. Write `@compute @workgroup_size(64)` before the function to run.",
    ],
    [
      "a workgroup is too long",
      kernel("", "y[0] = 1.0;", "512"),
      {},
      "may have at most (256, 256, 64) invocations along x, y and z.",
    ],
    [
      "a workgroup is too large",
      kernel("", "y[0] = 1.0;", "32, 32"),
      {},
      "has 1024 invocations in a workgroup; the limit is 256.",
    ],
    [
      "workgroup memory is too large",
      kernel("var<workgroup> t: array<f32, 9000>;", "t[1] = 2.0; y[0] = t[0];"),
      {},
      "uses 36000 bytes of workgroup memory; the limit is 16384, which are 4096 numbers of f32 or u32.",
    ],
    [
      "bindings are in another order",
      `@group(0) @binding(1) var<storage> x: array<f32>;\n${Y}@compute @workgroup_size(1) fn main() { y[0] = x[0]; }`,
      { bindings: ["x", "y"] },
      "The kernel's `y` is @binding(0), but `passes[0].bindings[0]` is `x`. Put the names in the order of the kernel's @binding numbers.",
    ],
  ])("%s", async (_, code, pass, message) => {
    expect(await problemOf(code, pass)).toContain(message);
  });
});

it("the page for people who know CUDA has a kernel that compiles", async () => {
  const page = readFileSync(join(packageRoot(), "docs/wgsl-for-cuda.md"), "utf8");
  const [, kernel] = /```wgsl\n([\s\S]*?)```/.exec(page)!;
  expect(await problemOf(kernel!, { constants: { N: 4, FACTOR: 2 }, bindings: ["x", "y"] })).toBe("");
});
