import { expect, it } from "vitest";
import { sampleUnits, suspectUnits } from "./sample.ts";

const task = (flopsPerUnit: number) => ({
  spec: { flops: ({ n }: { n: number }) => flopsPerUnit * n } as never,
  oracle: { units: ({ n }: { n: number }) => n } as never,
});

it("puts a small problem before the oracle as a whole", () => {
  expect(Array.from(sampleUnits(task(1), { n: 5 }, {}, "seed"))).toEqual([0, 1, 2, 3, 4]);
});

it("samples a large one, with its ends and the end of a dimension of workgroups, differently for each seed", () => {
  const units = sampleUnits(task(10_000), { n: 70_000 }, {}, "seed");
  expect(units.length).toBeLessThan(1000);
  for (const special of [0, 65_534, 65_535, 69_999]) expect(units).toContain(special);
  expect(Array.from(units)).toEqual(Array.from(units).sort((a, b) => a - b));
  expect(units).not.toEqual(sampleUnits(task(10_000), { n: 70_000 }, {}, "another seed"));
});

it("suspects the unit with the largest difference, and the one with the largest relative to its values", () => {
  const plain = Float32Array.from({ length: 200 }, (_, element) => (element < 100 ? 1000 : 0.001));
  const got = Float32Array.from(plain, (value, element) => value * (1 + 1e-6 * Math.sin(element)));
  got[52] = 1000.5;
  got[153] = 0.0011;
  const suspects = suspectUnits(got, plain, 2, Int32Array.from([0, 1])).map(({ unit }) => unit);
  expect(suspects).toContain(26);
  expect(suspects).toContain(76);
  expect(suspects.length).toBeLessThanOrEqual(12);
});

it("suspects NaN first, and never what was sampled already", () => {
  const plain = new Float32Array(50).fill(1);
  const got = Float32Array.from(plain, (_, element) => 1 + element * 1e-3);
  got[7] = Number.NaN;
  const suspects = suspectUnits(got, plain, 1, Int32Array.from([48, 49])).map(({ unit }) => unit);
  expect(suspects).toContain(7);
  expect(suspects).toContain(47);
  expect(suspects).not.toContain(49);
});
