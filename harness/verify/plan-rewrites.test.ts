import { describe, expect, it } from "vitest";
import { guaranteedLimits } from "../task/limits.ts";
import type { Pass, PlanContext } from "../task/plan.ts";
import { codeRewrite, combined, vectorReads, workgroupsOf } from "./plan-rewrites.ts";
import { elementsThrough, maximaFrom } from "./range-rewrites.ts";
import { Sources } from "./rewrite.ts";
import { backwards } from "./sum-rewrites.ts";

const CONTEXT = {
  ...{ task: "t", shape: { size: 8 }, params: {} },
  device: { features: [], limits: guaranteedLimits, subgroupMinSize: 4, subgroupMaxSize: 4, kind: "software" },
} as const satisfies PlanContext;

const BINDINGS = `@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
`;

function pass(code: string, workgroups: number[] = [1]): Pass {
  return { code: BINDINGS + code, bindings: ["x", "y"], workgroups };
}

function kernel(head: string, body: string): string {
  return `@compute @workgroup_size(64)\nfn main(${head}) { ${body} }`;
}

const ID = "@builtin(global_invocation_id) id: vec3u";
const GROUPS = "@builtin(num_workgroups) groups: vec3u";
const FLAT = kernel(`${ID}, ${GROUPS}`, "let i = id.x + id.y * groups.x * 64u; y[i] = x[i];");

describe("workgroups of another size", () => {
  const sized = (size: number, one: Pass) => workgroupsOf(size, new Sources()).of(one, CONTEXT);

  it("have as many invocations", () => {
    const { code, workgroups } = sized(256, pass(FLAT, [1000]));
    expect(workgroups).toEqual([250]);
    expect(code).toContain("@workgroup_size(256)");
    expect(code).toContain("groups.x * 256u");
  });

  it("continue in y", () => {
    expect(sized(1, pass(FLAT, [2000])).workgroups).toEqual([65_535, 2]);
  });

  it.each<[string, Pass]>([
    ["of a kernel without y", pass(kernel(ID, "y[id.x] = x[id.x];"), [2000])],
    [
      "of a kernel that shares memory",
      pass(kernel(`${ID}, @builtin(local_invocation_index) lane: u32`, "y[0] = x[lane];")),
    ],
    ["of a kernel that counts workgroups in another way", pass(kernel(`${ID}, ${GROUPS}`, "y[id.x] = x[groups.x];"))],
    ["of two dimensions", pass(`@compute @workgroup_size(8, 8)\nfn main(${ID}) { y[id.x] = x[id.y]; }`)],
  ])("are not made %s", (_, one) => {
    expect(sized(1, one)).toBe(one);
  });
});

describe("vectors of four", () => {
  const reads = vectorReads({ inputs: [{ name: "x", type: "f32", dims: ["size"], about: "" }] }, new Sources());
  const one = pass(kernel(ID, "y[id.x] = x[id.x + 1] * x[0];"));

  it("are read if the length allows it", () => {
    const { code } = reads.of(one, CONTEXT);
    expect(code).toContain("var<storage, read> x: array<vec4f>;");
    expect(code).toContain("x[(id.x + 1) / 4][(id.x + 1) % 4] * x[(0) / 4][(0) % 4]");
  });

  it("are not read otherwise", () => {
    expect(reads.of(one, { ...CONTEXT, shape: { size: 9 } })).toBe(one);
    const counted = pass(kernel(ID, "y[id.x] = x[arrayLength(&x) - 1];"));
    expect(reads.of(counted, CONTEXT)).toBe(counted);
  });
});

describe("parts of a range", () => {
  it("bound the elements that a kernel reads", () => {
    const cut = elementsThrough(0, (element) => `min(${element}, f32(9))`);
    const { code } = codeRewrite("", cut, new Sources()).of(pass(kernel(ID, "y[id.x] = x[id.x] + y[0];")), CONTEXT);
    expect(code).toContain("y[id.x] = min(x[id.x], f32(9)) + y[0];");
  });

  it("start a maximum under exp elsewhere", () => {
    const body = "var m = x[0]; m = max(m, x[1]); var n = x[0]; n = max(n, x[1]); y[0] = exp(x[2] - m); y[1] = n;";
    const { code } = codeRewrite("", maximaFrom(0), new Sources()).of(pass(kernel(ID, body)), CONTEXT);
    expect(code).toContain("var m = f32(0); m = max(m, x[1]); var n = x[0];");
  });
});

it("combined changes are named after those that apply", () => {
  const sources = new Sources();
  const none = codeRewrite("nothing", () => [], sources);
  const sum = pass(kernel(ID, "var s = 0.0; for (var c = 0u; c < 4; c++) { s += x[c]; } y[0] = s;"));
  const rewrite = combined([none, codeRewrite("backwards", backwards, sources)], [sum.code]);
  expect(rewrite.name).toBe("backwards");
  expect(rewrite.of(sum, CONTEXT).code).toContain("backwards_c");
});
