import { expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { sampleUnits, suspectCount, suspectUnits } from "./sample.ts";

const task = (flopsPerUnit: number) => ({
  // Sampling reads only these two of a task.
  spec: { flops: ({ n }: { n: number }) => flopsPerUnit * n } as never,
  oracle: { units: ({ n }: { n: number }) => n } as never,
});

it("has the oracle evaluate a small problem in full", () => {
  expect(Array.from(sampleUnits(task(1), { n: 5 }, {}, "seed"))).toEqual([0, 1, 2, 3, 4]);
});

it("samples a large one, with its ends and the end of a dimension of workgroups, differently for each seed", () => {
  const units = sampleUnits(task(10_000), { n: 70_000 }, {}, "seed");
  expect(units.length).toBeLessThan(1000);
  for (const special of [0, 65_534, 65_535, 69_999]) expect(units).toContain(special);
  expect(Array.from(units)).toEqual(Array.from(units).sort((a, b) => a - b));
  expect(units).not.toEqual(sampleUnits(task(10_000), { n: 70_000 }, {}, "another seed"));
});

it("samples many units also if they are cheap, since each takes time of its own", () => {
  const units = sampleUnits(task(10), { n: 70_000 }, {}, "seed");
  expect(units.length).toBeGreaterThan(5000);
  expect(units.length).toBeLessThan(10_000);
  expect(sampleUnits(task(10), { n: 10_000 }, {}, "seed").length).toBe(10_000);
  expect(suspectCount(task(10), { n: 70_000 }, {})).toBeGreaterThan(70_000);
});

/** The oracle's estimate if every bound is the same share of its value. */
const estimateOf = (plain: Float32Array, units: Int32Array, perUnit: number, share: number) => {
  const expected = Float64Array.from(
    Array.from(units).flatMap((unit) => Array.from(plain.subarray(unit * perUnit, (unit + 1) * perUnit))),
  );
  return { expected, bound: expected.map((value) => share * Math.abs(value)) };
};

const suspects = (got: Float32Array, plain: Float32Array, perUnit: number, units: Int32Array, mostDrawn = 5) => {
  const estimate = estimateOf(plain, units, perUnit, 1e-3);
  return suspectUnits(got, { plain, units, estimate, mostDrawn }, new Random("seed"));
};

it("suspects the unit with the largest difference, and the one with the largest relative to its values", () => {
  const plain = Float32Array.from({ length: 200 }, (_, element) => (element < 100 ? 1000 : 0.001));
  const got = Float32Array.from(plain, (value, element) => value * (1 + 1e-6 * Math.sin(element)));
  got[52] = 1000.1;
  got[153] = 0.001_000_1;
  const found = suspects(got, plain, 2, Int32Array.from([0, 1]));
  expect(found).toContain(26);
  expect(found).toContain(76);
  expect(found.length).toBeLessThanOrEqual(12);
  expect(found).toEqual(found.slice().sort());
});

it("suspects NaN first, and never a sampled unit", () => {
  const plain = new Float32Array(50).fill(1);
  const got = Float32Array.from(plain, (_, element) => 1 + element * 1e-3);
  got[7] = Number.NaN;
  const found = suspects(got, plain, 1, Int32Array.from([48, 49]));
  expect(found).toContain(7);
  expect(found).toContain(47);
  expect(found).not.toContain(49);
});

it("suspects a small wrong element among larger ones with larger errors", () => {
  const plain = Float32Array.from({ length: 400 }, (_, element) => (element % 2 === 0 ? 1 : 1e-6));
  const got = Float32Array.from(plain, (value) => value * (1 + 1e-4));
  got[201] = 0;
  expect(suspects(got, plain, 2, Int32Array.from([0, 1]))).toContain(100);
});

it("suspects all units that stand out, or a random sample if there are too many", () => {
  const plain = new Float32Array(1000).fill(1);
  const got = Float32Array.from(plain, (value, element) => value * (1 + (element < 900 ? 9e-4 : 1e-7)));
  const units = Int32Array.from([998, 999]);
  expect(suspects(got, plain, 1, units, 900)).toEqual(Int32Array.from({ length: 900 }, (_, unit) => unit));
  const drawn = suspects(got, plain, 1, units, 300);
  expect(drawn.length).toBeGreaterThanOrEqual(300);
  expect(drawn.length).toBeLessThanOrEqual(312);
  expect(Math.max(...drawn)).toBeLessThan(900);
  expect(Math.max(...drawn)).toBeGreaterThan(850);
});

it("takes the bounds of size classes that were not sampled from smaller ones", () => {
  const plain = Float32Array.from({ length: 100 }, (_, element) => (element < 10 ? 1 : 64));
  const got = Float32Array.from(plain, (value, element) => (element < 50 ? value : value + 1e-3));
  expect(suspects(got, plain, 1, Int32Array.from([0, 1]), 100)).toEqual(
    Int32Array.from({ length: 50 }, (_, unit) => unit + 50),
  );
});

it("suspects every unit of integers that differs from the plain kernel's, by however little", () => {
  const plain = Uint32Array.from({ length: 100 }, (_, element) => 1000 + element);
  const got = plain.slice();
  for (const element of [3, 70, 71]) got[element]!++;
  const estimate = { expected: Float64Array.of(1000, 1001), bound: new Float64Array(2) };
  const comparison = { plain, units: Int32Array.of(0, 1), estimate, mostDrawn: 5 };
  expect(suspectUnits(got, comparison, new Random("seed"))).toEqual(Int32Array.of(3, 70, 71));
  const few = suspectUnits(
    plain.map((value) => value + 1),
    comparison,
    new Random("seed"),
  );
  expect(few.length).toBeGreaterThanOrEqual(5);
  expect(few.length).toBeLessThanOrEqual(8);
});
