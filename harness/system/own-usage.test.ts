import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isOwnUsage, type OwnUsage, reportOwnUsage } from "./own-usage.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("reports the process's own time and memory, at once and from then on", async () => {
  const reports: OwnUsage[] = [];
  reportOwnUsage((usage) => reports.push(usage));
  expect(reports).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(reports).toHaveLength(11);
  for (const report of reports) {
    expect(isOwnUsage(report)).toBe(true);
    expect(report.residentBytes).toBeGreaterThan(2 ** 20);
  }
  expect(reports.at(-1)!.processorMs).toBeGreaterThanOrEqual(reports[0]!.processorMs);
});
