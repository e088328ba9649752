import { describe, expect, it } from "vitest";
import { Sources } from "./rewrite.ts";
import { backwards, compensated, inBlocks, interleaved } from "./sum-rewrites.ts";

/** A function with these statements, in which `x` is an input, `y` an output and `shared` is in workgroup memory. */
function kernel(body: string): string {
  return `override COLS: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> shared: array<f32, 64>;
fn pure(i: u32) -> f32 { return x[i]; }
fn noted(i: u32) -> f32 { y[i] = x[i]; return x[i]; }
fn own(lane: u32) {
${body}
}`;
}

/** The statements after a change, on one line. */
function changed(change: Parameters<Sources["rewritten"]>[1], body: string): string {
  const code = new Sources().rewritten(kernel(body), change);
  return code
    .slice(code.indexOf("fn own(lane: u32) {") + 19, code.lastIndexOf("}"))
    .trim()
    .replace(/\s+/g, " ");
}

const SUM = "var s = 0.0; for (var c = 0u; c < COLS; c++) { s += x[c]; }";

describe("a loop that only adds", () => {
  it("runs backwards", () => {
    expect(changed(backwards, SUM)).toBe(
      "var s = 0.0; for (var backwards_c = 0u; backwards_c < COLS; backwards_c += 1) { let c = (0u) + (COLS) - 1 - (0u) - (backwards_c - (0u)); s += x[c]; }",
    );
  });

  it("runs backwards in steps, to the last one that is reached", () => {
    expect(changed(backwards, "var s = 0.0; for (var c = lane; c <= COLS; c += 64) { s += x[c]; }")).toContain(
      "let c = (lane) + ((COLS) - (lane)) / (64) * (64) - (backwards_c - (lane));",
    );
  });

  it("adds to four partial sums in turn", () => {
    expect(changed(interleaved, SUM)).toBe(
      "var s = 0.0; { var parts_of_s = array<f32, 4>(); for (var c = 0u; c < COLS; c++) { parts_of_s[(c - (0u)) % 4] += x[c]; } s += (parts_of_s[0] + parts_of_s[1]) + (parts_of_s[2] + parts_of_s[3]); }",
    );
  });

  it("adds in blocks", () => {
    expect(changed(inBlocks, SUM)).toBe(
      "var s = 0.0; { var block_of_s = f32(); for (var c = 0u; c < COLS; c++) { block_of_s += x[c]; if ((c - (0u)) % 16 == 15) { s += block_of_s; block_of_s = f32(); } } s += block_of_s; }",
    );
  });

  it("carries what each addition rounds away", () => {
    expect(changed(compensated, SUM.replace("+=", "-="))).toBe(
      "var s = 0.0; { var lost_of_s = f32(); for (var c = 0u; c < COLS; c++) { { let term_of_s = -(x[c]) - lost_of_s; let next_of_s = s + term_of_s; lost_of_s = (next_of_s - s) - term_of_s; s = next_of_s; } } }",
    );
  });

  it("keeps inner sums with their loops", () => {
    const nested = `var s = 0.0;
      for (var r = 0u; r < COLS; r++) { var t = 0.0; for (var c = 0u; c <= r; c++) { t += x[c]; } s += t * t; }`;
    const code = changed(inBlocks, nested);
    expect(code).toContain("{ var block_of_t = f32(); for (var c = 0u; c <= r; c++)");
    expect(code).toContain("block_of_s += t * t; if ((r - (0u)) % 16 == 15)");
  });

  it("may call functions that change nothing", () => {
    expect(changed(backwards, SUM.replace("x[c]", "pure(c)"))).toContain("backwards_c");
  });

  it("gets names that the module does not use", () => {
    expect(changed(inBlocks, `let block_of_s = 1.0; ${SUM}`)).toContain("var block_of_s_ = f32();");
  });
});

describe("a loop is left alone", () => {
  it.each([
    ["whose sum is read before it is complete", "var s = 0.0; for (var c = 0u; c < COLS; c++) { s += x[c] * s; }"],
    ["that computes a maximum", "var m = x[0]; for (var c = 1u; c < COLS; c++) { m = max(m, x[c]); }"],
    ["that also writes memory", "var s = 0.0; for (var c = 0u; c < COLS; c++) { y[c] = x[c]; s += y[c]; }"],
    ["that ends early", "var s = 0.0; for (var c = 0u; c < COLS; c++) { if (x[c] > 1) { break; } s += x[c]; }"],
    ["with a barrier", "var s = 0.0; for (var c = 0u; c < COLS; c++) { workgroupBarrier(); s += shared[c]; }"],
    ["that calls a function which writes", "var s = 0.0; for (var c = 0u; c < COLS; c++) { s += noted(c); }"],
    ["that exchanges values", "var s = 0.0; for (var c = 0u; c < COLS; c++) { s += subgroupAdd(x[c]); }"],
    ["that adds to memory", "for (var c = 0u; c < COLS; c++) { shared[lane] += x[c]; }"],
    ["that does not count by a fixed step", "var s = 0.0; for (var c = 1u; c < COLS; c *= 2) { s += x[c]; }"],
    ["that counts downwards", "var s = 0.0; for (var c = COLS; c > 0; c--) { s += x[c - 1]; }"],
    ["that moves its counter", "var s = 0.0; for (var c = 0u; c < COLS; c++) { s += x[c]; c += 1; }"],
    ["with a second condition", "var s = 0.0; for (var c = 0u; c < COLS && lane < 8; c++) { s += x[c]; }"],
    ["whose end changes", "var n = 1u; var s = 0.0; for (var c = 0u; c < n; c++) { s += x[c]; n += 1u; }"],
  ])("%s", (_, body) => {
    expect(new Sources().read(kernel(body))).toBeDefined();
    const code = body.replace(/\s+/g, " ");
    for (const change of [backwards, interleaved, inBlocks, compensated]) expect(changed(change, body)).toBe(code);
  });
});
