import { beforeAll, expect, test } from "vitest";
import { loadTask } from "../catalog/load.ts";
import type { Case } from "../task/case.ts";
import type { Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { rowsOfWorkgroups } from "./workgroup-rows.ts";

const MOST_ACROSS = 65_535;
const CODE = "@compute @workgroup_size(1) fn main() {}";

let task: Task;

beforeAll(async () => {
  task = await loadTask("rms-norm");
});

function caseOf(rows: number, cols: number): Case {
  return { task: "rms-norm", index: 0, group: "tiny", data: "plain", shape: { rows, cols }, params: { eps: 1e-5 } };
}

/** A workgroup for each row, and scratch for the products of all pairs of columns. */
function planOf({ rows, cols }: Case["shape"], scratchBytes = 0): Plan {
  const across = Math.min(rows!, MOST_ACROSS);
  const workgroups = [across, Math.ceil(rows! / across)];
  return {
    ...(scratchBytes === 0 ? {} : { scratch: { pairs: scratchBytes } }),
    passes: [{ code: CODE, constants: { COLS: cols! }, bindings: ["x"], workgroups }],
  };
}

test("counts the rows of workgroups of the cases", () => {
  const cases = [caseOf(3, 4), caseOf(2 * MOST_ACROSS, 1)];
  expect(rowsOfWorkgroups(task, cases, (shape) => planOf(shape), CODE).most).toBe(2);
});

test("finds the smallest problem with several rows of workgroups", () => {
  const found = rowsOfWorkgroups(task, [caseOf(1, 1), caseOf(1, 64)], (shape) => planOf(shape), CODE);
  // x, y and gamma.
  expect(found).toEqual({ most: 1, elementsForMore: 2 * 65_536 + 1 });
});

test("counts the scratch of such a problem", () => {
  const plans = (shape: Case["shape"]) => planOf(shape, 4 * 100 * shape.rows!);
  const found = rowsOfWorkgroups(task, [caseOf(1, 1)], plans, CODE);
  expect(found.elementsForMore).toBe(102 * 65_536 + 1);
});
