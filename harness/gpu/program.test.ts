import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Device, openDevice } from "./device.ts";
import { Compiler, type ProgramProblem } from "./program.ts";
import { Workspace } from "./workspace.ts";

let device: Device;
let compiler: Compiler;
beforeAll(async () => {
  device = await openDevice();
  compiler = new Compiler(device, ["x"]);
});
afterAll(() => device.gpu.destroy());

const compile = (code: string, entryPoint: string | undefined, bindings: readonly string[] = ["x", "y"]) =>
  compiler.compile({ passes: [{ code, entryPoint, bindings, workgroups: [1] }] });

/** The output `y` of a kernel of one pass for `x`. */
async function run(code: string, entryPoint?: string, bindings?: readonly string[]): Promise<number[]> {
  const compilation = await compile(code, entryPoint, bindings);
  if (!compilation.ok) throw new Error(compilation.problem.message);
  const workspace = new Workspace(device, { x: Float32Array.of(1, 2, 3, 4) }, { y: 16 }, compilation.program.plan);
  const outputs = await workspace.run(compilation.program, [{ y: new Float32Array(4) }]);
  workspace.destroy();
  if ("verdict" in outputs) throw new Error(outputs.message);
  return [...outputs[0]!.y!];
}

const X = "@group(0) @binding(0) var<storage, read> x: array<f32>;";
const Y = "@group(0) @binding(1) var<storage, read_write> y: array<f32>;";
const DOUBLE = `@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { y[i] = 2 * x[i]; }`;

describe("a kernel may be any valid WGSL", () => {
  it.each([
    [
      "bindings that are expressions",
      `${X} @group(1 - 1) @binding(2 - 1) var<storage, read_write> y: array<f32>; ${DOUBLE}`,
    ],
    [
      "bindings that are constants of constants, declared later",
      `@group(ZERO) @binding(B) var<storage, read_write> y: array<f32>; ${X} ${DOUBLE}
       const B = A; const A: u32 = select(2u, 1u, true); const ZERO = A - B;`,
    ],
    [
      "names beyond ASCII",
      `@group(0) @binding(0) var<storage, read> größe: array<f32>; @group(0) @binding(1) var<storage, read_write> 出力: array<f32>;
       ${DOUBLE.replaceAll("x[", "größe[").replaceAll("y[", "出力[")}`,
    ],
    ["an unused uniform buffer", `${X} ${Y} @group(0) @binding(2) var<uniform> size: u32; ${DOUBLE}`],
    ["an unused second group", `${X} ${Y} @group(1) @binding(0) var<storage, read_write> z: array<f32>; ${DOUBLE}`],
    ["an unused texture", `${X} ${Y} @group(0) @binding(7) var image: texture_2d<f32>; ${DOUBLE}`],
    [
      "attributes in any order, with comments and commas",
      `@binding(/* first */ 0,) // of two
       @group /* @group(1) */ (0u) var<storage> x: array<f32>;
       @ binding(0x1) /* /* nested */ @binding(5) */ @group(0) var < storage , read_write , > y : array<f32>; ${DOUBLE}`,
    ],
    [
      "directives, overrides, aliases, assertions and attributes of functions",
      `diagnostic(off, derivative_uniformity); requires readonly_and_readwrite_storage_textures;
       alias Row = array<Element>; alias Element = f32; override SCALE = 1 + FACTOR; override FACTOR: f32 = 1.0;
       const_assert 1 < 2;
       @group(0) @binding(0) var<storage, read> x: Row; @group(0) @binding(1) var<storage, read_write> y: Row;
       @must_use fn scaled(v: f32) -> f32 { return SCALE * v; }
       @diagnostic(off, derivative_uniformity) @workgroup_size(4, 1) @compute
       fn main(@builtin(local_invocation_index) i: u32) { y[i] = scaled(x[i]); };`,
    ],
    [
      "loops of all kinds",
      `${X} ${Y} struct S { sum: f32, } @compute @workgroup_size(1) fn main() {
        var größe_for: bool; const N = 2;
        @diagnostic(off, derivative_uniformity) for (var i = (0u); i < (4u); i += (1u)) @diagnostic(off, derivative_uniformity) {
          switch i { case 0u, 1u: { var v: array<vec4<f32>, (N + 1)>; v[2].x += 2 * x[i]; y[i] = v[2].x; }
                     default { var s /* : u32; */ : S; while s.sum < 1 { s.sum += 1; } var w : vec2<f32>=vec2f(2 * x[i]); y[i] = w.x * s.sum; } }
          var 数: f32; 数 += 1; if (数 != 1 || größe_for) { y[i] = -1; }
        } }`,
    ],
  ])("%s", async (_, code) => {
    expect(await run(code)).toEqual([2, 4, 6, 8]);
  });

  it("entry points share binding numbers", async () => {
    const code = `${X} ${Y}
      @group(0) @binding(0) var<storage, read_write> target_: array<f32>; @group(0) @binding(1) var<storage, read> source: array<f32>;
      ${DOUBLE}
      @compute @workgroup_size(4) fn reversed(@builtin(local_invocation_index) i: u32) { target_[i] = source[3 - i]; }`;
    expect(await run(code, "main")).toEqual([2, 4, 6, 8]);
    expect(await run(code, "reversed", ["y", "x"])).toEqual([4, 3, 2, 1]);
  });

  it("a plan may bind buffers that the entry point does not use", async () => {
    const code = `${Y} @compute @workgroup_size(1) fn main() { y[0] = 1; }`;
    expect(await run(code)).toEqual([1, 0, 0, 0]);
  });

  it("atomics, and buffers of which only the length is queried", async () => {
    const code = `struct Counts { all: atomic<u32>, each: array<atomic<u32>> }
      ${X} @group(0) @binding(1) var<storage, read_write> counts: Counts;
      @compute @workgroup_size(3) fn main(@builtin(local_invocation_index) i: u32) {
        atomicAdd(&counts.all, arrayLength(&x)); atomicStore(&counts.each[i], i); }`;
    const bits = new Uint32Array(Float32Array.from(await run(code)).buffer);
    expect([...bits]).toEqual([12, 0, 1, 2]);
  });
});

describe("a kernel is refused for invalid bindings that its entry point uses", () => {
  async function problem(code: string, entryPoint?: string, bindings?: readonly string[]): Promise<ProgramProblem> {
    const compilation = await compile(code, entryPoint, bindings);
    if (compilation.ok) throw new Error("it compiles");
    return compilation.problem;
  }
  const main = (statement: string) => `@compute @workgroup_size(1) fn main() { ${statement} }`;

  it.each([
    [
      "a uniform buffer",
      `${Y}\n @group(0) @binding(3 - 1) var<uniform> size: u32; ${main("y[0] = f32(size);")}`,
      "The kernel's variable `size` is a uniform buffer, but plans bind only storage buffers. Pass shapes and params as `override` constants.",
      { line: 2, column: 2 },
    ],
    [
      "a texture",
      `${Y} @group(0) @binding(0) var image: texture_2d<f32>; ${main("y[0] = f32(textureDimensions(image).x);")}`,
      "The kernel's variable `image` is a texture or sampler, but plans bind only storage buffers.",
      { line: 1, column: Y.length + 2 },
    ],
    [
      "another group",
      `@group(1) @binding(0) var<storage, read_write> other: array<f32>; ${main("other[0] = 1;")}`,
      "The kernel's variable `other` is not in @group(0), the only group that plans bind.",
      { line: 1, column: 1 },
    ],
    [
      "a writable input",
      `${Y} const A = 0; const B = A * 2; @group(0) @binding(B) var<storage, read_write> größe: array<f32>; ${main("y[0] = größe[0];")}`,
      "passes[0] binds the input `x` to `größe`, which the kernel declares as read_write. Inputs can only be read: declare `var<storage, read> größe`.",
      { line: 1, column: Y.length + 32 },
    ],
    [
      "an input that a function may write, while another entry point only reads it",
      `${Y} @group(0) @binding(0) var<storage, read> b: array<f32>;
       @group(0) @binding(0) var<storage, read_write> a: array<f32>;
       fn both() -> f32 { return a[0]; } @compute @workgroup_size(1) fn other() { y[0] = b[0]; } ${main("y[0] = both();")}`,
      "passes[0] binds the input `x` to `a`, which the kernel declares as read_write.",
      { line: 2, column: 8 },
    ],
    [
      "a binding that the plan lacks",
      `${Y} @group(0) @binding(vec3u(2).z) var<storage> third: array<f32>; ${main("y[0] = third[0];")}`,
      "The kernel declares `third` at @binding(2), but passes[0].bindings names only 2: add the tensor for it.",
      { line: 1, column: Y.length + 2 },
    ],
  ])("%s", async (_, code, message, place) => {
    const found = await problem(code, "main");
    expect(found.verdict).toBe("plan-error");
    expect(found.message).toContain(message);
    expect(found.place).toMatchObject({ code, ...place });
  });

  it("by its binding, if several variables may be at it", async () => {
    const code = `${Y} const AT = vec3u(2, 3, 4);
      @group(0) @binding(AT.x) var<storage> a: array<f32>; @group(0) @binding(AT.y) var<storage> b: array<f32>;
      ${main("y[0] = a[0] + b[0];")}`;
    const { message, place } = await problem(code);
    expect(message).toBe(
      "The kernel declares a variable at @binding(2), but passes[0].bindings names only 2: add the tensor for it.",
    );
    expect(place).toBeUndefined();
  });

  it("with more buffers than the guaranteed limit", async () => {
    const all = Array.from({ length: 9 }, (_, binding) => binding);
    const declarations = all.map((at) => `@group(0) @binding(${at}) var<storage> v${at}: array<f32>;`).join("\n");
    const { verdict, message } = await problem(`${declarations} ${main(all.map((at) => `_ = v${at}[0];`).join(""))}`);
    expect(verdict).toBe("compile-error");
    expect(message).toBe(
      "The pipeline of passes[0] cannot be created: The number of storage buffers (9) in the Compute stage exceeds the maximum per-stage limit (8).",
    );
  });

  it("in few words, even for long sources and names", async () => {
    const long = "n".repeat(100_000);
    const unknown = await problem(main(`${long} = 1;`));
    const foreign = await problem(`@group(1) @binding(0) var<storage> ${long}: array<f32>; ${main(`_ = ${long}[0];`)}`);
    for (const { message } of [unknown, foreign]) {
      expect(message).toContain("nnn");
      expect(message.length).toBeLessThan(1100);
    }
  });
});

describe("values of constants with which a kernel cannot be compiled are named, with what is wrong", () => {
  const kernel = (body: string, declarations = "") =>
    `override N: u32;\n${Y}\n${declarations}\n@compute @workgroup_size(4)\nfn main(@builtin(local_invocation_index) i: u32) {\n${body}\n}`;
  const problemOf = async (code: string, N: number) => {
    const pass = { code, constants: { N }, bindings: ["x", "y"], workgroups: [1] };
    const compilation = await compiler.compile({ passes: [pass] });
    if (compilation.ok) throw new Error("it compiles");
    return compilation.problem;
  };

  it.each([
    [
      "an array that is too short",
      kernel("part[i] = 1;\npart[1023] = 2;\ny[i] = part[0];", "var<workgroup> part: array<f32, N>;"),
      "With `N` = 512, the kernel of passes[0] cannot be compiled: an index is 1023, but the array or vector has 512 elements.",
    ],
    [
      "a remainder by zero",
      kernel("y[i] = f32(i % (N - 512));"),
      "With `N` = 512, the kernel of passes[0] cannot be compiled: it divides by zero.",
    ],
    [
      "a quotient by zero",
      kernel("y[i] = f32(10u / (N - 512));"),
      "With `N` = 512, the kernel of passes[0] cannot be compiled: it divides by zero.",
    ],
  ])("%s", async (_, code, message) => {
    expect(await problemOf(code, 512)).toEqual({ verdict: "compile-error", message });
  });

  it("with the line, if Dawn knows it", async () => {
    const code = kernel("y[i] = part[0];", "var<workgroup> part: array<f32, N - 512>;");
    const { message, place } = await problemOf(code, 512);
    expect(message).toBe(
      "With `N` = 512, the kernel of passes[0] cannot be compiled: array count (0) must be greater than 0.",
    );
    expect(place).toMatchObject({ code, line: 3, column: 33 });
  });
});
