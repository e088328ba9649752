import { median } from "d3-array";
import { expect, test } from "vitest";
import { sharesUsed } from "../../harness/testing/bound-use.ts";
import { HostileF32 } from "../../harness/testing/hostile-f32.ts";
import { bounded, logSumExp, softmax } from "../bounded.ts";
import { Random } from "../random.ts";

test("hostile f32 evaluations of random expressions lie within their bounds, and come near them", () => {
  const shares = sharesUsed(400);
  expect(shares.length).toBeGreaterThan(200);
  expect(median(shares)).toBeGreaterThan(0.01);
});

test("a bound covers an online softmax whose every rescaling has the error that WGSL allows for exp(0)", () => {
  const x = Array.from({ length: 400 }, (_, i) => (i % 3) * 2 ** -20);
  const [shares, total] = [softmax(bounded(x)), logSumExp(bounded(x))];
  let used = 0;
  for (let seed = 0; seed < 100; seed++) {
    const f32 = new HostileF32(new Random("online", seed));
    f32.softmax(x).forEach((value, i) => {
      used = Math.max(used, Math.abs(value - shares.values[i]!) / shares.errors![i]!);
    });
    used = Math.max(used, Math.abs(f32.logSumExp(x) - total.values[0]!) / total.errors![0]!);
  }
  expect(used).toBeLessThanOrEqual(1);
  expect(used).toBeGreaterThan(0.2);
});
