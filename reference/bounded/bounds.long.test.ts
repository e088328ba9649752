import { median } from "d3-array";
import { expect, test } from "vitest";
import { sharesUsed } from "../../harness/testing/bound-use.ts";

test("hostile f32 evaluations of 10,000 random expressions lie within their bounds, and come near them", () => {
  const shares = sharesUsed(10_000);
  const share = median(shares)!;
  console.log(`${shares.length} expressions with finite bounds; used in the median: ${(100 * share).toFixed(1)} %`);
  expect(share).toBeGreaterThan(0.01);
});
