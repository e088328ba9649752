import { describe, expect, it } from "vitest";
import { variableAt } from "./declared-variables.ts";
import { joinOperators, wgslTokens, wholeNumber } from "./lexer.ts";
import { initialiseLoopVariables } from "./loop-variables.ts";

const texts = (code: string) => [...wgslTokens(code)].map(({ text }) => text);

it("reads names of Unicode, whole numbers and operators, and skips comments, which nest", () => {
  expect(texts("größe /* a /* b */ c */ +=// d\u2028数1[0x1Fu] <<= -x--")).toEqual(
    "größe += 数1 [ 0x1Fu ] <<= - x --".split(" "),
  );
});

it.each(["0", "12u", "0x1F", "0xaBi", "1.", "1.5", ".5", "1e5", "1.5e-3f", "2h", "0x1.8p3", "0x.8p-3f", "0x1.", "7f"])(
  "%s is a number",
  (number) => {
    expect([...wgslTokens(`(${number});`)]).toEqual([
      { kind: "symbol", text: "(", start: 0, end: 1 },
      { kind: "number", text: number, start: 1, end: 1 + number.length },
      { kind: "symbol", text: ")", start: 1 + number.length, end: 2 + number.length },
      { kind: "symbol", text: ";", start: 2 + number.length, end: 3 + number.length },
    ]);
  },
);

it.each([
  ["a+1", "a + 1"],
  ["x.y.z", "x . y . z"],
  ["0x", "0 x"],
  ["1e", "1 e"],
  ["3ux", "3u x"],
  ["a\\b'💥", "a \\ b ' 💥"],
])("%s is split into %s", (code, split) => {
  expect(texts(code).join(" ")).toBe(split);
});

it("joins > to operators, but not across a blank or a comment, and not the ends of template lists", () => {
  const joined = (code: string, ends?: number) =>
    [...joinOperators(wgslTokens(code), ({ start }) => start === ends)].map(({ text }) => text).join(" ");
  expect(joined("a >>= b >= c >> d > = e >/**/> f >>> g")).toBe("a >>= b >= c >> d > = e > > f >> > g");
  expect(joined("array<vec2<f32>>=", 14)).toBe("array < vec2 < f32 > >=");
  expect(joined("array<vec2<f32>>=", 15)).toBe("array < vec2 < f32 > > =");
});

it.each([
  ["12", 12],
  ["12u", 12],
  ["0x1Fi", 31],
  ["1.0", undefined],
  ["1f", undefined],
  ["n", undefined],
])("the value of %s is %s", (text, value) => {
  expect(wholeNumber(text)).toBe(value);
});

it("an unfinished comment ends with the source", () => {
  expect(texts("a /* b /* c */ d")).toEqual(["a"]);
});

/** Scanning from every such start to the end would take minutes. */
const CHARACTERS = 300_000;

describe("hundreds of thousands of characters are read in one pass", () => {
  it.each([
    "var a: ",
    "/*",
    "//",
    "@a(",
    "@group(0) @binding(",
    "<",
    ">",
    "1",
    ".1",
    "1.",
    "0x",
    "1e",
    "ü",
    "const a=(",
  ])("%j", (piece) => {
    const code = `${piece.repeat(CHARACTERS / piece.length)} ;}`;
    expect([...joinOperators(wgslTokens(code))].length).toBeLessThanOrEqual(code.length);
    expect(initialiseLoopVariables(`fn f() { loop { ${code}`).length).toBeGreaterThanOrEqual(code.length);
    expect(variableAt(code, undefined, { group: 0, binding: 0 })).toBeUndefined();
  });
});

it("fifty thousand constants, each twice the next, are evaluated once each", () => {
  const chain = Array.from({ length: 50_000 }, (_, at) => `const c${at} = c${at + 1} + c${at + 1};`).join("\n");
  const code = `${chain} const c50000 = 0; @group(0) @binding(c0) var<storage> x: u32; @compute fn main() { _ = x; }`;
  expect(variableAt(code, undefined, { group: 0, binding: 0 })).toMatchObject({ name: "x" });
});
