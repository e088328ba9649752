import { expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import * as rows from "./row-data.ts";

const MASK = -1e30;
const [ROWS, CLASSES] = [40, 11];
const shape = { rows: ROWS, classes: CLASSES };

it("masks neither the target nor, without targets, the special column", () => {
  const { logits, targets } = rows.targeted(rows.masked(MASK))(new Random("masked", "targets"), shape, {});
  const masked = logits.map((value) => (value === Math.fround(MASK) ? 1 : 0));
  targets.forEach((target, row) => {
    expect(masked[row * CLASSES + target]).toBe(0);
  });
  expect(masked.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(ROWS);

  const field = { rows: ROWS, cols: CLASSES, range: [-1, 1] } as const;
  const untargeted = rows.untargeted(rows.masked(MASK))(new Random("masked", "rows"), field);
  for (let row = 0; row < ROWS; row++) {
    const own = untargeted.subarray(row * CLASSES, (row + 1) * CLASSES) as Float32Array;
    expect(own.some((value) => value !== Math.fround(MASK))).toBe(true);
  }
});

it("makes every column a target, and every one the special column, for any seed", () => {
  const { logits, targets } = rows.targeted(rows.steep)(new Random("steep", "any"), shape, {});
  expect(new Set(targets).size).toBe(CLASSES);
  const towers = Array.from({ length: ROWS }, (_, row) => {
    const own = logits.subarray(row * CLASSES, (row + 1) * CLASSES);
    return own.indexOf(own.reduce((a, b) => Math.max(a, b)));
  });
  expect(new Set(towers).size).toBe(CLASSES);
  towers.forEach((tower, row) => {
    expect(tower).not.toBe(targets[row]);
  });
});
