import { expect, test } from "vitest";
import { sameComparison } from "./known-order.ts";
import { readSyntax } from "./read-syntax.ts";

/** The reason why `==`, or the first of the comparisons given, may be replaced in a function of `n` and `m`. */
function reasonFor(body: string, [before, after] = ["==", "<="]): string | undefined {
  const code = `const SIZE = 8u;\nvar<private> shared_count: u32;\nfn f(n: u32, m: u32, s: i32, x: f32) -> u32 {\n${body}\nreturn 0u;\n}`;
  return sameComparison(readSyntax(code)!, code.lastIndexOf(before!), after!);
}

test.each([
  ["an unsigned number and 0", "if (n == 0) { return 1u; }"],
  ["operands that an earlier condition returns for", "if (n < m) { return 1u; } if (n == m) { return 2u; }"],
  ["operands in the other order", "if (m > n || m == 3u) { return 1u; } let a = select(1, 2, n == m);"],
  ["operands of a branch before", "if (n < SIZE) { return 1u; } else if (n == SIZE) { return 2u; }"],
  ["operands of the branch around", "if (n >= m && n < SIZE) { let a = select(1, 2, n == m); }"],
  ["operands in a condition's second half", "if (n >= m && n == m) { return 1u; }"],
  ["a counter and its start", "for (var i = m; i < n; i++) { if (i == m) { return 1u; } }"],
])("decides a comparison of %s", (_, body) => {
  expect(reasonFor(body)).toBeDefined();
});

test.each([
  ["a signed number and 0", "if (s == 0) { return 1u; }"],
  ["operands of which nothing is known", "if (n == m) { return 1u; }"],
  [
    "operands that an earlier condition does not return for",
    "if (n < m) { shared_count = 1u; } if (n == m) { return 2u; }",
  ],
  ["floats, of which NaN makes every comparison false", "if (x < 1.0) { return 1u; } if (x == 1.0) { return 2u; }"],
  ["a variable that changes", "var a = n; if (a < m) { return 1u; } a = 0u; if (a == m) { return 2u; }"],
  ["a variable of the module", "if (shared_count < m) { return 1u; } if (shared_count == m) { return 2u; }"],
  ["another variable of the same name", "if (n < m) { return 1u; } { let n = 0u; if (n == m) { return 2u; } }"],
  ["a counter that its body changes", "for (var i = m; i < n; i++) { i /= 2u; if (i == m) { return 1u; } }"],
  ["a counter that may wrap around", "for (var i = m; i < n; i += 3u) { if (i == m) { return 1u; } }"],
  [
    "operands of a loop that ends early",
    "while (n < m) { if (x > 1.0) { break; } return 1u; } if (n == m) { return 2u; }",
  ],
])("does not decide a comparison of %s", (_, body) => {
  expect(reasonFor(body)).toBeUndefined();
});

test("does not decide a comparison that differs for the operands left", () => {
  expect(reasonFor("if (n < m) { return 1u; } if (n == m) { return 2u; }", ["==", ">="])).toBeUndefined();
});
