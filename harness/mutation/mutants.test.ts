import { describe, expect, it } from "vitest";
import { mutantsOf } from "./mutants.ts";

/** The changed lines of the mutants of a function body. */
function changed(body: string, before = ""): string[] {
  return mutantsOf(`${before}\nfn main(a: u32) {\n${body}\n}`).map(({ after }) => after);
}

describe("mutants of expressions", () => {
  it("change one operator at a time", () => {
    expect(changed("let b = a + 2u * c;")).toEqual(
      expect.arrayContaining(["let b = a - 2u * c;", "let b = a + 2u / c;", "let b = a + 3u * c;"]),
    );
  });

  it("distinguish a template list from a comparison", () => {
    const results = changed("let isLess = a < b; var list: array<vec2<f32>, 4>= x; let big = c >= d >> 1u;");
    expect(results.every((line) => line.includes("array<vec2<f32>, 4>"))).toBe(true);
    expect(results.filter((line) => line.includes("c < d"))).toHaveLength(1);
    expect(results.filter((line) => line.includes("d << 1u"))).toHaveLength(1);
  });

  it("swap whole operands", () => {
    const results = changed("let b = 2.0 * a / f(c, d) - x[i] * -y + z;");
    expect(results).toContain("let b = (x[i] * -y) - (2.0 * a / f(c, d)) + z;");
    expect(results).toContain("let b = (f(c, d)) / (2.0 * a) - x[i] * -y + z;");
    expect(results).toContain("let b = 2.0 * a / f(c, d) - x[i] * y + z;");
  });

  it("do not treat unary operators as binary ones", () => {
    expect(changed("return -a;")).toEqual(["return a;"]);
  });

  it("move indices and swap components", () => {
    expect(changed("let b = x[i + j].y;")).toEqual(
      expect.arrayContaining(["let b = x[(i + j) + 1].y;", "let b = x[i + j].x;"]),
    );
  });

  it("swap the branches of select and the names of functions", () => {
    const results = changed("let b = select(max(a, b), exp(c), d);");
    expect(results).toEqual(
      expect.arrayContaining([
        "let b = select(exp(c), max(a, b), d);",
        "let b = select(min(a, b), exp(c), d);",
        "let b = select(max(a, b), exp2(c), d);",
      ]),
    );
  });

  it("change constants by one, to nothing, and in the third digit", () => {
    expect(changed("let b = f(8u, 1.5, 0.0, 0x0fu);")).toEqual(
      expect.arrayContaining([
        "let b = f(9u, 1.5, 0.0, 0x0fu);",
        "let b = f(7u, 1.5, 0.0, 0x0fu);",
        "let b = f(0u, 1.5, 0.0, 0x0fu);",
        "let b = f(8u, 0.0, 0.0, 0x0fu);",
        "let b = f(8u, 1.506, 0.0, 0x0fu);",
        "let b = f(8u, 1.5, 1.0, 0x0fu);",
        "let b = f(8u, 1.5, 0.0, 16u);",
      ]),
    );
  });
});

describe("mutants of statements", () => {
  it("remove assignments, calls, barriers and returns, and fix conditions", () => {
    const results = mutantsOf("fn main() {\n x[0] = 1;\n workgroupBarrier();\n if (a) {\n return;\n }\n f();\n}");
    const removed = results.filter(({ after }) => after === "").map(({ before }) => before);
    expect(removed).toEqual(["x[0] = 1;", "workgroupBarrier();", "return;", "f();"]);
    expect(results.map(({ after }) => after)).toEqual(expect.arrayContaining(["if (true) {", "if (false) {"]));
  });

  it("never remove parts of a loop's header, but change its steps", () => {
    const results = changed("for (var i = 0u; i < n; i++) { }");
    expect(results).toContain("for (var i = 0u; i < n; i += 2) { }");
    expect(results).not.toContain("for (var i = 0u; i < n; ) { }");
  });
});

describe("mutants of a module", () => {
  it("do not change declarations, except constants and workgroup sizes", () => {
    const mutants = mutantsOf(`
      // a + b, 1 < 2
      enable f16;
      override N: u32 = 4;
      const K = 8u; /* 3 - 2 */
      struct Pair { @align(16) first: array<f32, 4>, }
      @group(0) @binding(1) var<storage, read_write> x: array<f32>;
      @compute @workgroup_size(64)
      fn main(@builtin(global_invocation_id) id: vec3u) { }`);
    expect(mutants.map(({ after }) => after)).toEqual([
      "const K = 9u; /* 3 - 2 */",
      "const K = 7u; /* 3 - 2 */",
      "const K = 0u; /* 3 - 2 */",
      "@compute @workgroup_size(65)",
      "@compute @workgroup_size(63)",
      "@compute @workgroup_size(0)",
    ]);
    expect(mutants[3]).toMatchObject({ line: 8, column: 32, change: '"64" became "65"' });
  });

  it("leave functions alone that no entry point calls", () => {
    const mutants = mutantsOf(`
      fn unused() -> u32 { return 1u + inner(); }
      fn inner() -> u32 { return 2u; }
      fn outer() -> u32 { return inner(); }
      @compute @workgroup_size(N) fn main() { x = outer(); }`);
    expect(mutants.some(({ before }) => before.includes("unused"))).toBe(false);
    expect(mutants.map(({ after }) => after)).toContain("fn inner() -> u32 { return 3u; }");
  });

  it("number the places of the same change to a line, and yield no module twice", () => {
    const mutants = mutantsOf("fn f() {\n a++;\n a++;\n let b = c - c;\n}");
    expect(mutants.filter(({ after }) => after === "a += 2;").map(({ occurrence }) => occurrence)).toEqual([1, 2]);
    expect(new Set(mutants.map(({ code }) => code)).size).toBe(mutants.length);
    expect(mutants.filter(({ before }) => before.startsWith("let")).map(({ after }) => after)).toEqual([
      "let b = c + c;",
    ]);
  });
});
