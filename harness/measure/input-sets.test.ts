import { describe, expect, it } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { deviceContext, openAdapter, openDevice } from "../gpu/device.ts";
import { drawInputSets, inputSetCopies, setsPerSample } from "./input-sets.ts";

const MEBI = 2 ** 20;

it("times a task's other data as often as its plain data, each kind in turn", async () => {
  const task = await loadTask("softmax");
  const context = deviceContext(await openAdapter(), "software");
  const device = await openDevice();
  const measure = { shape: { rows: 8, cols: 16 }, params: {} };
  const sets = await drawInputSets(device, context, task, measure, "sets");
  device.gpu.destroy();
  const kinds = sets.map(({ case: { data } }) => data);
  expect(kinds.filter((_, index) => index % 2 === 0)).toEqual(["plain", "plain", "plain", "plain"]);
  const others = kinds.filter((_, index) => index % 2 === 1);
  expect(others).not.toContain("plain");
  expect(new Set(others).size).toBe(Math.min(4, task.data.length - 1));
  expect(setsPerSample(task)).toBe(2);
});

it("has as many sets of other data as of plain data, whatever the size", async () => {
  const task = await loadTask("softmax");
  const context = deviceContext(await openAdapter(), "software");
  const device = await openDevice();
  // 33 MiB: three sets would exceed the cache.
  const measure = { shape: { rows: 4_325, cols: 1_000 }, params: {} };
  const sets = await drawInputSets(device, context, task, measure, "sets");
  device.gpu.destroy();
  expect(sets.map(({ case: { data } }) => data === "plain")).toEqual([true, false, true, false]);
});

describe("copies of input sets", () => {
  it("exceed the last cache together", () => {
    expect(inputSetCopies(8, MEBI)).toEqual({ copies: 12, areCold: true });
    expect(inputSetCopies(2, 200 * MEBI)).toEqual({ copies: 1, areCold: true });
  });

  it("are not so many that they cost more than the measurement", () => {
    expect(inputSetCopies(8, 1024)).toEqual({ copies: 64, areCold: false });
  });
});
