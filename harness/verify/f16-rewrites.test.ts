import { describe, expect, it } from "vitest";
import { roundingsOf } from "./f16-rewrites.ts";
import { readSyntax } from "./read-syntax.ts";
import { replaced } from "./rewrite.ts";

const HEAD = `const LOWEST = -3.4e38;
struct Partial { maximum: f32, sum: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
var<workgroup> shared: array<f32, 64>;
`;

function roundings(body: string) {
  const syntax = readSyntax(`${HEAD}fn own(i: u32, n: u32) {\n${body}\n}`);
  return roundingsOf(syntax!).map((rounding) => ({ ...rounding, code: replaced(syntax!.code, rounding.replacements) }));
}

function judged(body: string): string[] {
  return roundings(body).flatMap(({ statement, unseen }) => (unseen === undefined ? [statement] : []));
}

function unseen(body: string): string[] {
  return roundings(body).flatMap(({ statement, unseen: reason }) =>
    reason === undefined ? [] : [`${statement}: ${reason.split(",")[0]!.split(":")[0]}`],
  );
}

describe("a statement that computes f32 values", () => {
  it.each([
    ["let a = x[i] * 2.0;", "let a = quantizeToF16(x[i] * 2.0);"],
    ["var a: f32 = x[i];", "var a: f32 = quantizeToF16(x[i]);"],
    ["y[i] = x[i] + x[n];", "y[i] = quantizeToF16(x[i] + x[n]);"],
    ["y[i] += x[i] - x[n];", "y[i] = quantizeToF16(y[i] + (x[i] - x[n]));"],
    ["y[i] /= x[n];", "y[i] = quantizeToF16(y[i] / (x[n]));"],
    ["let v = vec4f(x[i]) * 2.0;", "let v = quantizeToF16(vec4f(x[i]) * 2.0);"],
  ])("is rounded as a whole: %s", (statement, rounded) => {
    const [only, ...others] = roundings(statement);
    expect(others).toEqual([]);
    expect(only!.unseen).toBeUndefined();
    expect(only!.code).toContain(`{\n${rounded}\n}`);
  });

  it("is rounded also in a loop's body, and as the result of a function", () => {
    const code = "fn sum(n: u32) -> f32 { var s = 0.0; for (var c = 0u; c < n; c++) { s += 0.5; } return s; }";
    expect(roundingsOf(readSyntax(code)!).map(({ statement }) => statement)).toEqual([
      "var s = 0.0",
      "s += 0.5",
      "return s",
    ]);
  });

  it("has a number if an equal one comes before it", () => {
    expect(judged("{ let a = x[i]; } { let a = x[i]; }")).toEqual(["let a = x[i]", "let a = x[i] (2)"]);
  });

  it("is not one that computes integers, truth values or structures", () => {
    expect(judged("let a = w[i] + 1u; let b = x[i] > 0; let c = Partial(x[i], 0.0); var d: array<f32, 4>;")).toEqual(
      [],
    );
  });
});

describe("no output shows the rounding of", () => {
  it("a constant", () => {
    expect(unseen("var s = 0.0; var m = LOWEST; let v = vec4f();")).toEqual([
      "var s = 0.0: a constant",
      "var m = LOWEST: a constant",
      "let v = vec4f(): a constant",
    ]);
  });

  it("an integer of few bits, but not of many", () => {
    const codes = "let code = extractBits(w[i], 4u * n, 4u);";
    expect(unseen(`${codes} let a = f32(code) - f32(extractBits(w[n], 0u, 8u));`)).toHaveLength(1);
    expect(judged("let a = f32(extractBits(w[i], 0u, 16u)); let b = f32(n);")).toHaveLength(2);
  });

  it("a maximum that is subtracted under exp", () => {
    const softmax = `var m = x[0]; for (var c = 1u; c < n; c++) { m = max(m, x[c]); }
      var s = 0.0; for (var c = 0u; c < n; c++) { s += exp(x[c] - m); }`;
    const shift = ["var m = x[0]: a shift of exponents", "m = max(m, x[c]): a shift of exponents"];
    expect(unseen(`${softmax} y[i] = s;`)).toEqual([...shift, "var s = 0.0: a constant"]);
    expect(unseen(`${softmax} y[i] = m + log(s);`)).toEqual([...shift, "var s = 0.0: a constant"]);
    expect(judged(`${softmax} y[i] = m;`)).toEqual([
      "var m = x[0]",
      "m = max(m, x[c])",
      "s += exp(x[c] - m)",
      "y[i] = m",
    ]);
  });

  it("a maximum that passes through workgroup memory, which later keeps something else", () => {
    const found = unseen(`var m = LOWEST; m = max(m, x[i]); shared[i] = m; shared[i] = max(shared[i], shared[n]);
      m = shared[0]; let e = exp(x[i] - m); shared[i] = e; y[i] = e / shared[n];`);
    const shift = (statement: string) => `${statement}: a shift of exponents`;
    expect(found).toEqual([
      "var m = LOWEST: a constant",
      ...["m = max(m, x[i])", "shared[i] = m", "shared[i] = max(shared[i], shared[n])", "m = shared[0]"].map(shift),
    ]);
  });

  it("a rising maximum, but not of the copy by which sums are rescaled", () => {
    const online = `var m = x[0]; var s = 1.0;
      for (var c = 1u; c < n; c++) { let before = m; m = max(m, x[c]); s = s * exp(before - m) + exp(x[c] - m); } y[i] = s;`;
    expect(unseen(online)).toContain("m = max(m, x[c]): a shift of exponents");
    expect(judged(online)).toContain("let before = m");
  });
});

it("a sum that is kept in a structure is no shift", () => {
  expect(judged("let s = x[i] + x[n]; let p = Partial(x[i], s); y[i] = p.sum;")).toEqual([
    "let s = x[i] + x[n]",
    "y[i] = p.sum",
  ]);
});
