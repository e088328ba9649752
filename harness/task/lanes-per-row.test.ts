import { expect, test } from "vitest";
import { lanesFor } from "./lanes-per-row.ts";
import { guaranteedLimits } from "./limits.ts";

test.each([
  { rows: 100, cols: 1, lanes: 1, workgroups: [2] },
  { rows: 100, cols: 17, lanes: 8, workgroups: [13] },
  { rows: 3, cols: 8209, lanes: 64, workgroups: [3] },
  { rows: 65_537, cols: 256, lanes: 64, workgroups: [65_535, 2] },
])("$rows rows of $cols elements take $lanes lanes each", ({ rows, cols, lanes, workgroups }) => {
  expect(lanesFor(rows, cols, { limits: guaranteedLimits })).toEqual({ lanes, workgroups });
});
