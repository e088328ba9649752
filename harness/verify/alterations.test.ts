import { expect, test } from "vitest";
import { LANE_ORDERS, withLaneOrder, withPaddedArrays } from "./alterations.ts";

const ENTRY = "@compute @workgroup_size(8, N)\nfn main(@builtin(local_invocation_id) local: vec3u) { f(local.x); }";

test("a kernel with its invocations in another order gets them by the names that it uses", () => {
  const altered = withLaneOrder(ENTRY, LANE_ORDERS.reversed)!;
  expect(altered).toContain("@builtin(local_invocation_id) usual_local: vec3u");
  expect(altered).toContain("let lane_size = vec3u(u32(8), u32(N), u32(1));");
  expect(altered).toContain("let local = lane_local; f(local.x);");
});

test.each([
  ["uses subgroups", `${ENTRY}\nfn g() { let a = subgroupAdd(1); }`],
  [
    "takes its built-in values as a structure",
    ENTRY.replace("@builtin(local_invocation_id) local: vec3u", "given: Given"),
  ],
])("a kernel that %s has no other order", (_, code) => {
  expect(withLaneOrder(code, LANE_ORDERS.reversed)).toBeUndefined();
});

test.each(Object.entries(LANE_ORDERS))("the %s order is a permutation", (_, order) => {
  const select = (otherwise: number, value: number, condition: boolean) => (condition ? value : otherwise);
  const code = order("i", "n").replaceAll("u", "").replace("!=", "!==");
  const places = Array.from({ length: 64 }, (_lane, i) =>
    new Function("i", "n", "select", `return ${code.replace("select", "select")}`)(i, 64, select),
  );
  expect(new Set(places).size).toBe(64);
});

test("arrays in workgroup memory get zeros behind them, and others do not", () => {
  const code =
    "var<workgroup> a: array<array<vec4u, N / 4>, STEP>;\nvar<private> b: array<f32, 4>;\nvar<workgroup> c: f32;";
  expect(withPaddedArrays(code)).toBe(code.replace("STEP", "(STEP) + 8"));
  expect(withPaddedArrays("var<private> b: array<f32, 4>;")).toBeUndefined();
});
