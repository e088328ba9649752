import { expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { batchSize, Schedule, samplesOf } from "./schedule.ts";

const FINE = { mostRuns: 1024, mostRunsPerSample: 64 };
const size = { pairs: 8, runsPerSample: 3 };

it("runs both kernels equally often, on the same input sets, one set after the other", () => {
  const schedule = new Schedule(new Random("schedule"), 3);
  const { runs } = schedule.batch(size, ["candidate", "yardstick"]);
  expect(runs).toHaveLength(48);
  expect(runs.filter(({ contestant }) => contestant === "candidate")).toHaveLength(24);
  for (const [index, { set }] of runs.entries()) expect(set).toBe(Math.floor(index / 2) % 3);
});

it("begins with a random kernel", () => {
  const schedule = new Schedule(new Random("order"), 2);
  const firsts = Array.from({ length: 60 }, () =>
    schedule.batch({ pairs: 1, runsPerSample: 1 }, ["candidate", "yardstick"]),
  );
  const candidateFirst = firsts.filter(({ runs }) => runs[0]!.contestant === "candidate").length;
  expect(candidateFirst).toBeGreaterThan(15);
  expect(candidateFirst).toBeLessThan(45);
});

it("keeps one of the candidate's runs, another each time, and none if a kernel is measured against itself", () => {
  const schedule = new Schedule(new Random("kept"), 2);
  const places = new Set<number>();
  for (let batch = 0; batch < 40; batch++) {
    const { runs } = schedule.batch(size, ["candidate", "yardstick"]);
    const kept = runs.filter(({ isKept }) => isKept);
    expect(kept).toHaveLength(1);
    expect(kept[0]!.contestant).toBe("candidate");
    places.add(runs.indexOf(kept[0]!));
  }
  expect(places.size).toBeGreaterThan(15);
  expect(schedule.batch(size, ["yardstick", "yardstick"]).runs.some(({ isKept }) => isKept)).toBe(false);
});

it("adds up the runs of each side of each pair", () => {
  const batch = new Schedule(new Random("sums"), 2).batch({ pairs: 2, runsPerSample: 2 }, ["candidate", "yardstick"]);
  const durationsNs = batch.runs.map(({ contestant }) => (contestant === "candidate" ? 10 : 7));
  expect(samplesOf(batch, durationsNs)).toEqual([
    [20, 14],
    [20, 14],
  ]);
});

it("drops a pair with a run that the clock could not time", () => {
  const batch = new Schedule(new Random("dropped"), 2).batch({ pairs: 3, runsPerSample: 2 }, [
    "candidate",
    "yardstick",
  ]);
  const untimed = batch.places.findIndex(({ pair }) => pair === 1);
  const durationsNs = batch.runs.map((_, index) => (index === untimed ? undefined : 5));
  expect(samplesOf(batch, durationsNs)).toEqual([
    [10, 10],
    [10, 10],
  ]);
});

it("takes more runs per sample if they are short, and fewer pairs if they are long", () => {
  expect(batchSize({ candidate: 30_000, yardstick: 90_000 }, 100_000, FINE)).toEqual({ runsPerSample: 4, pairs: 42 });
  expect(batchSize({ candidate: 2e6, yardstick: 2e6 }, 100_000, FINE)).toEqual({ runsPerSample: 1, pairs: 8 });
  expect(batchSize({ candidate: 40e6, yardstick: 60e6 }, 100_000, FINE)).toEqual({ runsPerSample: 1, pairs: 2 });
  expect(batchSize({ candidate: 9e9, yardstick: 9e9 }, 100_000, FINE)).toEqual({ runsPerSample: 1, pairs: 1 });
});

it("takes every kind of data equally often into a sample", () => {
  expect(batchSize({ candidate: 30_000, yardstick: 90_000 }, 80_000, FINE, 2)).toMatchObject({ runsPerSample: 4 });
  expect(batchSize({ candidate: 9e9, yardstick: 9e9 }, 100_000, FINE, 2)).toEqual({ runsPerSample: 2, pairs: 1 });
  expect(batchSize({ candidate: 1, yardstick: 1 }, 100_000, { ...FINE, mostRunsPerSample: 63 }, 2)).toMatchObject({
    runsPerSample: 62,
  });
});

it("never takes more runs than a batch can have", () => {
  const { runsPerSample, pairs } = batchSize({ candidate: 1, yardstick: 1 }, 100_000, { ...FINE, mostRuns: 256 });
  expect(2 * runsPerSample * pairs).toBeLessThanOrEqual(256);
});

it("puts more runs into a sample if the clock's ticks are long", () => {
  const coarse = { mostRuns: 1024, mostRunsPerSample: 512 };
  expect(batchSize({ candidate: 30_000, yardstick: 30_000 }, 10e6, coarse)).toEqual({ runsPerSample: 334, pairs: 1 });
});
