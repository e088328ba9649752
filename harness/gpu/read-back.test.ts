import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchReadBack } from "./read-back.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Watches one run, and records the calls. */
function watch(workDone: Promise<unknown>) {
  const reports: string[] = [];
  const watched = watchReadBack({ onSlowReadBack: (isOver) => reports.push(isOver ? "over" : "slow") }, workDone);
  return { reports, end: () => watched.end() };
}

it("reports slow results after the work is done, and their arrival", async () => {
  const { reports, end } = watch(Promise.resolve());
  await vi.advanceTimersByTimeAsync(49);
  expect(reports).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(reports).toEqual(["slow"]);
  end();
  expect(reports).toEqual(["slow", "over"]);
});

it("reports nothing while the kernel runs, nor for prompt results", async () => {
  const atWork = watch(new Promise(() => {}));
  const quick = watch(Promise.resolve());
  await vi.advanceTimersByTimeAsync(10);
  quick.end();
  const before = watch(new Promise((resolve) => setTimeout(resolve, 5)));
  before.end();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([atWork.reports, quick.reports, before.reports]).toEqual([[], [], []]);
});

it("reports nothing if the work fails because the device is lost", async () => {
  const { reports } = watch(Promise.reject(new Error("lost")));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reports).toEqual([]);
});
