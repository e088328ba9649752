import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findAdapter } from "../adapter/adapter.ts";
import { packageRoot } from "../files/package-root.ts";
import { Child, type ProcessTimes } from "./child.ts";
import { type Lateness, StageAlarm } from "./stage-alarm.ts";

/** A process's use and waits per millisecond of wall-clock time. */
interface Rates {
  readonly processor: number;
  /** For each thread; undefined if the system does not report it. */
  readonly queued: readonly number[] | undefined;
  /** Processors of the machine that have nothing to do. */
  readonly idle?: number;
}

describe("an alarm rings", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** When the alarm of a stage of 10 s rings, in seconds of wall-clock time. */
  async function ringsAfter(rates: Rates | undefined) {
    const startMs = performance.now();
    const times = (): ProcessTimes | undefined => {
      if (rates === undefined) return undefined;
      const wallMs = performance.now() - startMs;
      const queuedMs = rates.queued && new Map(rates.queued.map((rate, thread) => [`${thread}`, rate * wallMs]));
      return { processorMs: rates.processor * wallMs, queuedMs, idleMs: (rates.idle ?? 0) * wallMs };
    };
    const rung = new Promise<Lateness & { readonly afterSeconds: number }>((resolve) => {
      new StageAlarm({ times }).set(10_000, (lateness) =>
        resolve({ ...lateness, afterSeconds: Math.round((performance.now() - startMs) / 1000) }),
      );
    });
    await vi.advanceTimersByTimeAsync(2_000_000);
    return rung;
  }

  it.each<[string, Rates | undefined, Lateness & { afterSeconds: number }]>([
    ["in time on a quiet machine", { processor: 1.9, queued: [0.02, 0, 0] }, { afterSeconds: 10, wasDisturbed: false }],
    [
      "in time for a process that waits for nothing",
      { processor: 0, queued: [0] },
      { afterSeconds: 10, wasDisturbed: false },
    ],
    [
      "later by the time that threads, in turn, were kept waiting",
      { processor: 0.2, queued: [0.3, 0.45] },
      { afterSeconds: 39, wasDisturbed: true },
    ],
    [
      "by processor time if threads wait for each other",
      { processor: 2, queued: [0.9, 0.9] },
      { afterSeconds: 10, wasDisturbed: false },
    ],
    [
      "by processor time if the system reports nothing else",
      { processor: 0.5, queued: undefined },
      { afterSeconds: 20, wasDisturbed: true },
    ],
    [
      "eventually if no processor time is used",
      { processor: 0, queued: undefined },
      { afterSeconds: 98, wasDisturbed: true },
    ],
    [
      "in time if the system reports no waits, but a processor is free",
      { processor: 0, queued: undefined, idle: 1 },
      { afterSeconds: 10, wasDisturbed: true },
    ],
    ["eventually on a fully loaded machine", { processor: 0, queued: [1] }, { afterSeconds: 975, wasDisturbed: true }],
    ["by the wall clock if the system reports nothing", undefined, { afterSeconds: 10, wasDisturbed: true }],
  ])("%s", async (_, rates, expected) => {
    expect(await ringsAfter(rates)).toEqual(expected);
  });

  it("never for a stage that has ended, even at the last moment", async () => {
    const alarm = new StageAlarm({ times: () => undefined });
    let rings = 0;
    alarm.set(1000, () => rings++);
    await vi.advanceTimersByTimeAsync(900);
    // Like the next stage's message arriving while the alarm reads the times.
    setTimeout(() => alarm.set(1000, () => rings++), 100);
    await vi.advanceTimersByTimeAsync(1000);
    alarm.clear();
    await vi.advanceTimersByTimeAsync(5000);
    expect(rings).toBe(0);
  });
});

it.runIf(process.platform === "linux")("a process's times include its use and each thread's waits", async () => {
  const child = new Child(join(packageRoot(), "dist", "harness", "worker", "worker-main.js"), await findAdapter());
  try {
    await new Promise<void>((resolve) => child.listen(() => resolve()));
    const { processorMs, queuedMs } = child.times()!;
    expect(processorMs).toBeGreaterThan(0);
    expect(queuedMs!.size).toBeGreaterThan(1);
    for (const waitedMs of queuedMs!.values()) expect(waitedMs).toBeGreaterThanOrEqual(0);
  } finally {
    child.kill();
    await child.exited;
  }
});
