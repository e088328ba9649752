import { expect, test } from "vitest";
import { locateInFiles } from "./locate.ts";

const MATH = { path: "math.wgsl", text: "fn square(x: f32) -> f32 {\n  return x * y;\n}\n" };
const MAIN = { path: "main.wgsl", text: "@compute @workgroup_size(64)\nfn main() {\n  let a = square(1);\n}\n" };
const MODULE = {
  path: "softmax.ts",
  text: "const code = `\nfn inline_one() {\n  let b = 1 +;\n}\n`;\nexport default () => code;\n",
};
const FILES = [MAIN, MATH, MODULE];

test("a file used unchanged", () => {
  const place = locateInFiles(MATH.text, { line: 2, column: 14, length: 1 }, FILES);
  expect(place).toMatchObject({ file: "math.wgsl", line: 2, column: 14 });
  expect(place.frame).toContain("> 2 |   return x * y;\n    |              ^");
});

test("files that were joined, each with its own lines", () => {
  const code = `const N = 5;\n${MATH.text}\n${MAIN.text}`;
  expect(locateInFiles(code, { line: 3, column: 14 }, FILES)).toMatchObject({ file: "math.wgsl", line: 2, column: 14 });
  expect(locateInFiles(code, { line: 8, column: 11 }, FILES)).toMatchObject({ file: "main.wgsl", line: 3, column: 11 });
});

test("a file that was trimmed or is there twice", () => {
  const code = `${MATH.text.trim()}\n${MATH.text.trim()}`;
  expect(locateInFiles(code, { line: 5, column: 3 }, FILES)).toMatchObject({ file: "math.wgsl", line: 2, column: 3 });
});

test("a literal in a module", () => {
  const code = "\nfn inline_one() {\n  let b = 1 +;\n}\n";
  const place = locateInFiles(code, { line: 3, column: 14 }, FILES);
  expect(place).toMatchObject({ file: "softmax.ts", line: 3, column: 14 });
});

test("a line of a template with substitutions, if it occurs once", () => {
  const code = "const N = 5;\nfn inline_one() {\n    let b = 1 +;\n}";
  expect(locateInFiles(code, { line: 3, column: 16 }, FILES)).toMatchObject({
    file: "softmax.ts",
    line: 3,
    column: 14,
  });
  const twice = { path: "other.ts", text: MODULE.text };
  expect(locateInFiles(code, { line: 3, column: 16 }, [...FILES, twice]).file).toBe("<generated WGSL>");
});

test("otherwise the generated code itself", () => {
  const place = locateInFiles("fn made() {\n  up;\n}", { line: 2, column: 3, length: 2 }, FILES);
  expect(place).toMatchObject({ file: "<generated WGSL>", line: 2, column: 3 });
  expect(place.frame).toContain("> 2 |   up;");
  expect(locateInFiles("fn made() {\n}\n", { line: 2, column: 1 }, FILES).file).toBe("<generated WGSL>");
  expect(locateInFiles("", { line: 9, column: 9 }, FILES).file).toBe("<generated WGSL>");
});

test("files with Windows's line ends, and literals, in which JavaScript turns them into line feeds", () => {
  const files = FILES.map(({ path, text }) => ({ path, text: text.replaceAll("\n", "\r\n") }));
  const inFile = locateInFiles(files[1]!.text, { line: 2, column: 14 }, files);
  expect(inFile).toMatchObject({ file: "math.wgsl", line: 2, column: 14 });
  expect(inFile.frame).toContain("> 2 |   return x * y;\n    |              ^");
  const literal = "\nfn inline_one() {\n  let b = 1 +;\n}\n";
  expect(locateInFiles(literal, { line: 4, column: 1 }, files)).toMatchObject({
    file: "softmax.ts",
    line: 4,
    column: 1,
  });
});
