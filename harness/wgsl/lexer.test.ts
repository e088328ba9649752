import { describe, expect, it } from "vitest";
import { variableAt } from "./declared-variables.ts";
import { wgslTokens, withoutComments } from "./lexer.ts";
import { initialiseLoopVariables } from "./loop-variables.ts";

const texts = (code: string) => [...wgslTokens(code)].map(({ text }) => text);

it("names are Unicode's, comments are none, and all else is one character", () => {
  expect(texts("größe /* a /* b */ c */ +=// d\u2028数1[0x1Fu]")).toEqual([
    "größe",
    "+",
    "=",
    "数1",
    "[",
    "0x1Fu",
    "]",
  ]);
});

it("an unfinished comment ends with the source", () => {
  expect(texts("a /* b /* c */ d")).toEqual(["a"]);
});

it("comments are blanked out in place", () => {
  const code = "a /* b\n/* c */ */ d // e\nf";
  expect(withoutComments(code)).toBe("a     \n           d     \nf");
});

/** Whoever scanned on from every such beginning to the end would need minutes. */
const CHARACTERS = 1_000_000;

describe("a million characters of it are read in one go", () => {
  it.each(["var a: ", "/*", "//", "@a(", "@group(0) @binding(", "<", "ü", "const a=("])("%j", (piece) => {
    const code = `${piece.repeat(CHARACTERS / piece.length)} ;}`;
    expect(withoutComments(code)).toHaveLength(code.length);
    expect(initialiseLoopVariables(`fn f() { loop { ${code}`).length).toBeGreaterThanOrEqual(code.length);
    expect(variableAt(code, undefined, { group: 0, binding: 0 })).toBeUndefined();
  });
});

it("constants that are made of twice the next, fifty thousand times, are evaluated once each", () => {
  const chain = Array.from({ length: 50_000 }, (_, at) => `const c${at} = c${at + 1} + c${at + 1};`).join("\n");
  const code = `${chain} const c50000 = 0; @group(0) @binding(c0) var<storage> x: u32; @compute fn main() { _ = x; }`;
  expect(variableAt(code, undefined, { group: 0, binding: 0 })).toMatchObject({ name: "x" });
});
