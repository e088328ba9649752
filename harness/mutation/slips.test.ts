import { expect, it } from "vitest";
import { boundLoops } from "./loop-bounds.ts";
import { slipsOf as slipsInTurn } from "./slips.ts";

const slipsOf = (code: string) => [...slipsInTurn(code)];

const KERNEL = `
override ROWS: u32;
override COLS: u32;
override SCALE: f32;
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  var sum = 0.0;
  for (var col = 0u; col < COLS; col++) {
    sum += a[row * COLS + col] * b[col] * 0.044715;
  }
  y[row] = sum / SCALE;
}`;

const changes = slipsOf(KERNEL).map(({ change }) => change);

it("takes names of one sort for each other", () => {
  expect(changes).toEqual(
    expect.arrayContaining(['"COLS" became "ROWS"', '"a" became "b"', '"col" became "row"', '"row" became "col"']),
  );
  expect(changes.filter((change) => /"(COLS|ROWS)" became "(SCALE|a|y)"|"[ab]" became "y"/.test(change))).toEqual([]);
});

it("leaves out a factor, a term, a statement", () => {
  expect(changes).toEqual(
    expect.arrayContaining([
      '"* b[col]" is missing',
      '"/ SCALE" is missing',
      '"+ col" is missing',
      "a statement was removed",
    ]),
  );
});

it("confuses operators and counts one more or less, but does not mistype other numbers", () => {
  expect(changes).toEqual(expect.arrayContaining(['"<" became "<="', '"+=" became "="', '"0u" became "1u"']));
  expect(changes.filter((change) => change.includes('0.044715" became'))).toEqual([]);
});

it("lets a variable begin at 0, and takes bytes for nibbles", () => {
  const code = "fn main() { var most = x[0]; let nibble = extractBits(word, 4u * j, 4u); }";
  const found = slipsOf(code).map(({ change }) => change);
  expect(found).toEqual(expect.arrayContaining(['"most" began at 0', '"4u" became "8u"', '"4u" became "2u"']));
});

it("tries missing operands before confused operators, and nothing twice", () => {
  expect(changes.indexOf('"/ SCALE" is missing')).toBeLessThan(changes.indexOf('"<" became "<="'));
  const codes = slipsOf(KERNEL).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});

it("ends every loop", () => {
  const loops = "while (more) { step(); loop { break; } for (;;) { break; } }";
  const breaks = (code: string) => code.split("break;").length - 1;
  const slips = slipsOf(`fn main() { ${loops} x = 1u; }`).map(({ code }) => code);
  expect(slips.map(breaks)).toContain(breaks(loops) + 3);
});

it("counts the rounds of an entry point's loops apart, so that barriers stay in uniform control flow", () => {
  const slips = slipsOf(`
@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) {
  for (var c = lane; c < 99u; c += 64u) { x += 1u; }
  for (var t = 0u; t < 9u; t++) { workgroupBarrier(); }
}`);
  expect(slips[0]!.code).toMatch(/if \(kernelmark_rounds_0 .*\n.*if \(kernelmark_rounds_1 .*workgroupBarrier/);
});

it("keeps loops with barriers uniform in functions that entry points call", () => {
  const [slip] = [...slipsOf("fn total(n: u32) { for (var i = 0u; i < n; i++) { workgroupBarrier(); } }")];
  expect(slip!.code).toMatch(/\{ var kernelmark_rounds_0 = 0u;.*if \(kernelmark_rounds_0 /);
  expect(slip!.code).not.toContain("var<private>");
});

it("ends loops with barriers, in functions that they call too, after other numbers of rounds", () => {
  const code = boundLoops(
    `
fn main() {
  for (var t = 0u; t < n; t++) { total(); }
  for (var t = 0u; t < n; t++) { x += 1u; }
}
fn total() { shared_total(); }
fn shared_total() { workgroupBarrier(); }`,
    "most",
    "fewer",
  );
  expect(code).toMatch(/kernelmark_rounds_0 >= fewer\) .* total\(\)/);
  expect(code).toMatch(/kernelmark_rounds_1 >= most\) .* x \+= 1u/);
});
