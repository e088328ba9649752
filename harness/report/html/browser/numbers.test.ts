import { expect, test } from "vitest";
import { type Column, digitsColumn, durationColumn, factorColumn, percentColumn, pointsColumn } from "./numbers.ts";

type Values = readonly (number | null | undefined)[];

test.each<[string, (values: Values) => Column, Values, readonly string[]]>([
  ["points", pointsColumn, [10, 8.5, 0.25, null], ["10.00", "8.50", "0.25", "–"]],
  ["whole points", pointsColumn, [10, 8, undefined], ["10", "8", "–"]],
  ["factors", factorColumn, [0.994, 12.41, 1234.5, null], ["0.99×", "12.41×", "1234.50×", "–"]],
  ["large factors", factorColumn, [123.4, 1234.5], ["123×", "1235×"]],
  ["rates", digitsColumn, [10.04, 250, Number.NaN], ["10.0", "250.0", "–"]],
  ["shares", percentColumn, [0.05, 0.812, 0], ["5.0 %", "81.2 %", "0.0 %"]],
  ["large shares", percentColumn, [0.5, 0.812, 0], ["50 %", "81 %", "0 %"]],
  ["times", durationColumn, [95_300, 1_204_000], ["95.3 µs", "1204.0 µs"]],
  ["short times", durationColumn, [0.5, 20], ["0.50 ns", "20.00 ns"]],
  ["no values", factorColumn, [null], ["–"]],
])("a column of %s has the same decimals", (_, column, values, expected) => {
  const words = column(values);
  expect(values.map(words)).toEqual(expected);
});
