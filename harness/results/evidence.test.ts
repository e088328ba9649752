import { expect, test } from "vitest";
import { describeElement, type ElementEvidence, expectedValues } from "./evidence.ts";

const label: ElementEvidence = { index: [5], expected: 3, got: 4, bound: 0 };

test("an integer is described without an allowed error, with all its digits", () => {
  expect(describeElement("labels", label)).toBe("labels[5]: expected 3, got 4");
  expect(describeElement("mask", { ...label, expected: 1_288_490_240, got: 1_288_490_241 })).toBe(
    "mask[5]: expected 1288490240, got 1288490241",
  );
});

test("the values of a choice that may go either way are listed", () => {
  expect(expectedValues({ ...label, others: [[7, 7]] })).toBe("3 or 7");
  expect(
    expectedValues({
      ...label,
      others: [
        [7, 7],
        [9, 9],
      ],
    }),
  ).toBe("3, 7 or 9");
  expect(expectedValues({ ...label, others: [7, 8, 9, 10].map((value): [number, number] => [value, value]) })).toBe(
    "3, 7, 8 or one of 2 others",
  );
});

test("a span is described by its ends, which include the expected value", () => {
  expect(describeElement("count", { ...label, others: [[2, 3]], got: 9 })).toBe("count[5]: expected 2 to 3, got 9");
});

test("other f32 values are given by their middle, with the allowed error", () => {
  const element: ElementEvidence = {
    index: [0, 1],
    expected: 0.5,
    got: 0.55,
    bound: 1e-7,
    others: [[0.6 - 1e-8, 0.6 + 1e-8]],
  };
  expect(describeElement("y", element)).toBe("y[0,1]: expected 0.5 or 0.6, got 0.55 (allowed error 1e-7)");
});
