import { expect, it } from "vitest";
import { baseTwo, fused, inverseRoots, reciprocals, regrouped, rootsInverted } from "./expression-rewrites.ts";
import { type FindReplacements, Sources } from "./rewrite.ts";

const HEAD = `override N: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
fn own(a: f32, b: f32, c: f32, v: vec4f, i: u32, j: u32) {
var s = 0.0;
`;

function changed(change: FindReplacements, statement: string): string {
  return new Sources().rewritten(`${HEAD}${statement}\n}`, change).slice(HEAD.length, -2);
}

it.each<[string, FindReplacements, string, string]>([
  ["a sum of a product", fused, "let r = a * b + c;", "let r = fma(a, b, c);"],
  ["a sum to which a product is added", fused, "s += a * x[i * N + j];", "s = fma(a, x[i * N + j], s);"],
  ["a subtracted product", fused, "let r = a - b * c;", "let r = fma(-(b), c, a);"],
  ["a sum in brackets", fused, "let r = (a * b) + (b * c + a);", "let r = fma(a, b, (fma(b, c, a)));"],
  [
    "exp",
    baseTwo,
    "let r = exp(a - exp(b));",
    "let r = exp2((a - exp2((b) * 1.4426950408889634)) * 1.4426950408889634);",
  ],
  ["log", baseTwo, "s = 1.0 + log(a);", "s = 1.0 + (log2(a) * 0.6931471805599453);"],
  ["a quotient", reciprocals, "let r = a / f32(N) + b;", "let r = a * (1.0 / f32(N)) + b;"],
  ["a quotient of sums", reciprocals, "let r = a / (b + c);", "let r = a * (1.0 / (b + c));"],
  ["a division of a variable", reciprocals, "s /= a * b;", "s *= 1.0 / (a * b);"],
  ["an inverse root", rootsInverted, "let r = a * inverseSqrt(b);", "let r = a * (1.0 / sqrt(b));"],
  ["a quotient with a root", inverseRoots, "let r = a / sqrt(f32(N));", "let r = a * inverseSqrt(f32(N));"],
  ["a product of three", regrouped, "let r = x[i] * a * v;", "let r = x[i] * (a * v);"],
])("%s is written in another form", (_, change, before, after) => {
  expect(changed(change, before)).toBe(after);
});

it.each<[string, FindReplacements, string]>([
  ["a sum of indices", fused, "let r = x[i * N + j];"],
  ["a vector times a scalar", fused, "let r = v * a + v;"],
  ["a quotient of integers", reciprocals, "let r = i / N;"],
  ["a reciprocal", reciprocals, "let r = 1.0 / a;"],
  ["a product of integers", regrouped, "let r = i * j * N;"],
])("%s is left alone", (_, change, statement) => {
  expect(changed(change, statement)).toBe(statement);
});

it("leaves alone a function of the module with the name of a built-in one", () => {
  const code = "fn exp(a: f32) -> f32 { return a; }\nfn own(a: f32) -> f32 { return exp(a); }";
  expect(new Sources().rewritten(code, baseTwo)).toBe(code);
});

it("leaves alone a module that it cannot read", () => {
  expect(new Sources().rewritten("fn own( { let r = exp(1.0);", baseTwo)).toBe("fn own( { let r = exp(1.0);");
});
