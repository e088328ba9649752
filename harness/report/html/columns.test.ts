import { expect, test } from "vitest";
import { fromColumns, toColumns } from "./columns.ts";

test.each([
  [[]],
  [[{ a: 1 }]],
  [[{ a: 1 }, { a: 2 }]],
  [[null, null]],
  [[null, { a: 1 }, { b: "x", a: [] }, null, { a: 2 }]],
  [[[1], [], [2, 3]]],
  [
    [
      { list: [{ x: [1, 2] }, null], more: { deep: [["#"], ["·"]] } },
      { list: [], more: { deep: [[], []] } },
    ],
  ],
  [{ a: [1, "two", null, { b: true }, [3]] }],
  ["text"],
  [null],
])("%j comes back as it was", (value) => {
  const written = JSON.parse(JSON.stringify(toColumns(value)));
  expect(fromColumns(written)).toEqual(value);
});

test("keys are written once, and values of one key are adjacent", () => {
  const written = JSON.stringify(
    toColumns([
      { name: "x", size: 1 },
      { name: "y", size: 2 },
    ]),
  );
  expect(written.match(/name/g)).toHaveLength(1);
  expect(written).toContain('["x","y"],[1,2]');
});
