import { expect, test } from "vitest";
import { CHOICE, combine } from "./combined.ts";
import { replace } from "./edit.ts";
import { insertion, partsOf } from "./module-parts.ts";

const KERNEL = `
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
fn main() {
  let start = 3u;
  for (var c = 1u; c < 9u; c++) {
    if (c > 4u) { y[start + c] = 2.0; } else { y[c] = 1.0; }
  }
  done();
}`;

/** Replaces the first occurrence of a text. */
function edit(text: string, by: string) {
  const start = KERNEL.indexOf(text);
  return replace({ start, end: start + text.length }, by, "");
}

const oneLine = (code: string) => code.replace(/\s+/g, " ");

test("chooses among values, conditions, headers and statements", () => {
  const variants = new Map([
    [1, [edit("3u", "5u")]],
    [2, [edit("c < 9u", "c <= 9u")]],
    [3, [edit("c > 4u", "c >= 4u")]],
    [4, [edit("y[start + c] = 2.0;", "")]],
    [5, [edit("y[start + c] = 2.0", "y[start] = 2.0"), edit("1.0", "7.0")]],
    [6, [insertion(KERNEL.indexOf("done();") + "done();".length, " workgroupBarrier();")]],
  ]);
  const { code, omitted } = combine(partsOf(KERNEL), variants, 1);
  const text = oneLine(code);
  expect(omitted.size).toBe(0);
  expect(text).toContain("var start = 3u; if (kernelmark_chosen == 1u) { start = 5u; }");
  const condition = (variant: number, other: string, own: string) =>
    `var kernelmark_condition = false; if (kernelmark_chosen == ${variant}u) { kernelmark_condition = ${other}; } else { kernelmark_condition = ${own}; }`;
  expect(text).toContain(`${condition(2, "c <= 9u", "c < 9u")} if (!kernelmark_condition) { break; }`);
  expect(text).toContain(`${condition(3, "(c >= 4u)", "(c > 4u)")} if (kernelmark_condition) {`);
  expect(text).toContain(
    "if (kernelmark_chosen == 4u) { } else if (kernelmark_chosen == 5u) { y[start] = 2.0; } else { y[start + c] = 2.0; }",
  );
  expect(text).toContain("if (kernelmark_chosen == 5u) { y[c] = 7.0; } else { y[c] = 1.0; }");
  expect(text).toContain("done(); if (kernelmark_chosen == 6u) { workgroupBarrier(); }");
  expect(text).toContain(`@group(0) @binding(1) var<storage, read> ${CHOICE}: array<u32>;`);
});

test("omits what it cannot choose when the kernel runs, and leaves the rest as it is", () => {
  const variants = new Map([
    [1, [edit("read_write", "read")]],
    [2, [edit("let start = 3u", "let begin = 3u")]],
  ]);
  const { code, omitted } = combine(partsOf(KERNEL), variants, 1);
  expect([...omitted]).toEqual([2, 1]);
  expect(oneLine(code)).toContain("let start = 3u; for (var c = 1u; c < 9u; c++) {");
});
