import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchReadBack } from "./read-back.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Watches one run, and writes down what is told. */
function watch(workDone: Promise<unknown>) {
  const told: string[] = [];
  const watched = watchReadBack({ onSlowReadBack: (isOver) => told.push(isOver ? "over" : "slow") }, workDone);
  return { told, end: () => watched.end() };
}

it("says that results are slow in coming once the work is done, and when they are there", async () => {
  const { told, end } = watch(Promise.resolve());
  await vi.advanceTimersByTimeAsync(49);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual(["slow"]);
  end();
  expect(told).toEqual(["slow", "over"]);
});

it("says nothing while the kernel is at work, nor of results that come at once", async () => {
  const atWork = watch(new Promise(() => {}));
  const quick = watch(Promise.resolve());
  await vi.advanceTimersByTimeAsync(10);
  quick.end();
  const before = watch(new Promise((resolve) => setTimeout(resolve, 5)));
  before.end();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([atWork.told, quick.told, before.told]).toEqual([[], [], []]);
});

it("says nothing of work that fails: the device is lost", async () => {
  const { told } = watch(Promise.reject(new Error("lost")));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([]);
});
