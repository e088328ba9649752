import { describe, expect, it } from "vitest";
import { openDevice } from "../gpu/device.ts";
import { Compiler } from "../gpu/program.ts";
import { Workspace } from "../gpu/workspace.ts";
import { initialiseLoopVariables } from "./loop-variables.ts";

describe("initialiseLoopVariables", () => {
  it.each([
    ["for (var i = 0u; i < 4u; i++) { var v: vec4u; }", "for (var i = 0u; i < 4u; i++) { var v: vec4u = vec4u(); }"],
    ["while (i < 4) { var v : array<f32, 4>; }", "while (i < 4) { var v : array<f32, 4> = array<f32, 4>(); }"],
    ["loop { if (a) { var v: S; } continuing { i++; } }", "loop { if (a) { var v: S = S(); } continuing { i++; } }"],
    ["loop { for (var j: u32; j < 3u; j++) {} }", "loop { for (var j: u32 = u32(); j < 3u; j++) {} }"],
    ["loop { var<function> v: f32; }", "loop { var<function> v: f32 = f32(); }"],
    ["loop { var v: f32 /* ; */ ; }", "loop { var v: f32 /* ; */  = f32(); }"],
    ["loop { var größe: ваш_тип; }", "loop { var größe: ваш_тип = ваш_тип(); }"],
    ["while f(g(i), (h)) { var v: u32; }", "while f(g(i), (h)) { var v: u32 = u32(); }"],
    ["for (;;) @diagnostic(off, a.b) { var v: u32; }", "for (;;) @diagnostic(off, a.b) { var v: u32 = u32(); }"],
    [
      "loop { switch (i) { case 0, 1: { var v: i32; } default { var w: bool; } } }",
      "loop { switch (i) { case 0, 1: { var v: i32 = i32(); } default { var w: bool = bool(); } } }",
    ],
    [
      "loop { var<function,> v: array<vec4<f32>, (N + 1) * /* n */ select(2, 4, 1 <= N)>; }",
      "loop { var<function,> v: array<vec4<f32>, (N + 1) * /* n */ select(2, 4, 1 <= N)> = array<vec4<f32>, (N + 1) * select(2, 4, 1 <= N)>(); }",
    ],
    ["loop { } continuing { var v: f32; } }", "loop { } continuing { var v: f32 = f32(); } }"],
  ])("%s", (code, wanted) => {
    expect(initialiseLoopVariables(`fn f() { ${code} }`)).toBe(`fn f() { ${wanted} }`);
  });

  it.each([
    "fn f() { var v: f32; for (var i = 0; i < 3; i++) { v += 1.0; } var w: u32; }",
    "fn f() { loop { var v = 1.0; let w: f32 = v; var x: f32 = w; } }",
    "fn f() { loop { break; } } var<private> p: f32; fn g() { var v: f32; }",
    "// loop { var v: f32; }",
    "fn f() { for (;;) { break; } { var v: f32; } }",
    "fn f() { loop { var v: vec2<f32>=vec2f(); var w = array<f32, 2>(); } }",
    "fn f() { if öfor { var v: f32; } }",
    "fn f() { while g(i) { i++; } if (a) { var v: f32; } }",
    "/* loop { */ fn f() { // while {\n var v: f32; }",
    "fn f() { loop { var v: f32",
    "loop { var v: ) ; }",
  ])("leaves %s unchanged", (code) => {
    expect(initialiseLoopVariables(code)).toBe(code);
  });
});

it("a variable declared in a loop starts as zero in each round, as in WGSL", async () => {
  const device = await openDevice();
  const code = `
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1) fn main() {
  for (var i = 0u; i < 4u; i++) {
    var v: vec4f;
    v[i] += f32(i) + 1.0;
    out[i] = v.x + v.y + v.z + v.w;
  }
}`;
  const plan = { passes: [{ code, bindings: ["out"], workgroups: [1] }] };
  const compilation = await new Compiler(device, []).compile(plan);
  if (!compilation.ok) throw new Error(compilation.problem.message);
  const workspace = new Workspace(device, {}, { out: 16 }, plan);
  expect(await workspace.run(compilation.program, [{ out: new Float32Array(4) }])).toEqual([
    { out: Float32Array.of(1, 2, 3, 4) },
  ]);
  workspace.destroy();
  device.gpu.destroy();
});

it("reports the place of a kernel's mistake, despite insertions before it", async () => {
  const device = await openDevice();
  const code = "@compute @workgroup_size(1) fn main() { loop { var v: f32; var w = nothing; break; } }";
  const compilation = await new Compiler(device, []).compile({
    passes: [{ code, bindings: [], workgroups: [1] }],
  });
  expect(compilation).toMatchObject({
    ok: false,
    problem: { verdict: "compile-error", place: { code, line: 1, column: code.indexOf("nothing") + 1 } },
  });
  device.gpu.destroy();
});
