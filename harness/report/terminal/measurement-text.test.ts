import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createColors } from "picocolors";
import { expect, it, test } from "vitest";
import { packageRoot } from "../../files/package-root.ts";
import { type Measured, type ShapeMeasurement, summarize } from "../../results/measurement.ts";
import { measurementText, speedWords } from "./measurement-text.ts";

const style = { colors: createColors(false), width: 80 };
const head = { task: "softmax", title: "softmax.ts", adapter: "a GPU", kind: "hardware" } as const;

function shapeOf(changes: Partial<ShapeMeasurement> = {}): ShapeMeasurement {
  return {
    name: "small",
    shape: { rows: 512, cols: 256 },
    params: {},
    candidateNs: 250_000,
    yardstickNs: 450_000,
    speedup: { estimate: 1.8, low: 1.79, high: 1.81 },
    noiseFloor: { estimate: 1, low: 0.995, high: 1.004 },
    bytes: 1_048_576,
    flops: 655_360,
    rooflineShare: 0.42,
    isImplausible: false,
    stoppedBy: "precision",
    runsPerSample: 1,
    inputSets: 8,
    inputSetBytes: 8_388_608,
    caches: "cold",
    busyShare: 0.8,
    checkedOutputs: 12,
    samples: Array.from({ length: 24 }, (_, index) => [250_000 + index, 450_000] as const),
    ...changes,
  };
}

const roofline = { copies: [], f32PerSecond: 1e9, int8PerSecond: 1e9 };

function measuredOf(shapes: readonly ShapeMeasurement[], changes: Partial<Measured> = {}): Measured {
  return {
    ...summarize({ against: "plain", clock: "timestamps", tickNs: 1, budgetMs: 5000, roofline, findings: [] }, shapes),
    ...changes,
  };
}

test("docs/measuring.md quotes the table", () => {
  const table = measurementText(measuredOf([shapeOf()]), head, style).split("\n\n")[2]!;
  const page = readFileSync(join(packageRoot(), "docs", "measuring.md"), "utf8");
  expect(page).toContain(table.replace(/^/gm, "    "));
});

it("shows times, the speed with its interval, throughput, and the noise floor", () => {
  const text = measurementText(measuredOf([shapeOf()]), head, style);
  expect(text).toMatch(/small +250 µs +450 µs +1\.800x as fast as plain +1\.790x to 1\.810x/);
  expect(text).toMatch(/small +cold +4\.19 +2\.62 +42 % +24 +interval within ±0\.5 %/);
  expect(text).toContain("Noise floor (plain against itself): 0.50 %;");
  expect(text).toContain("timed by the GPU's timestamps");
  expect(text).not.toContain("indicative");
});

it("lists bottlenecks below the tables", () => {
  const sentence = "On small, it reaches 42 % of the roofline, and memory bounds it.";
  const findings = [{ aspect: "speed", kind: "bound-by-memory", sentence, isGuess: false }] as const;
  const text = measurementText(measuredOf([shapeOf()], { findings }), head, style);
  expect(text).toMatch(/stopped by\n.*\n\nBottlenecks\n {2}- On small, it reaches 42 %/);
  expect(measurementText(measuredOf([shapeOf()]), head, style)).not.toContain("Bottlenecks");
});

it("combines shapes by the geometric mean", () => {
  const shapes = [shapeOf(), shapeOf({ name: "large", speedup: { estimate: 0.2, low: 0.19, high: 0.21 } })];
  expect(measuredOf(shapes).speedup).toBeCloseTo(0.6);
  expect(measurementText(measuredOf(shapes), head, style)).toContain("0.600x as fast as plain (geometric mean)");
});

test.each([
  ["no difference found", "the interval contains 1", { speedup: { estimate: 1.01, low: 0.99, high: 1.03 } }],
  [
    "cannot be told",
    "the difference is smaller than the noise",
    { speedup: { estimate: 1.01, low: 1.005, high: 1.015 }, noiseFloor: { estimate: 1, low: 0.98, high: 1 } },
  ],
])("says `%s` if %s", (words, _, changes) => {
  expect(speedWords(shapeOf(changes), "plain")).toBe(words);
});

it("qualifies doubtful figures", () => {
  const few = shapeOf({
    samples: [
      [1, 2],
      [1, 3],
      [1, 2],
    ],
    stoppedBy: "budget",
  });
  expect(measurementText(measuredOf([few]), head, style)).toContain(
    "too short for this kernel: fewer than ten samples on",
  );
  const fast = shapeOf({ isImplausible: true, rooflineShare: 3 });
  expect(measurementText(measuredOf([fast]), head, style)).toMatch(/300 % \(!\)[\s\S]+Implausible/);
  const software = { ...head, kind: "software" } as const;
  expect(measurementText(measuredOf([shapeOf()]), software, style)).toContain("the figures are indicative");
  const wall = measuredOf([shapeOf()], { clock: "wall-clock" });
  expect(measurementText(wall, head, style)).toContain("The wall clock includes the overhead");
});

it("plots the distribution of ratios of any size", () => {
  const text = measurementText(measuredOf([shapeOf()]), head, style);
  expect(text).toMatch(/Samples \(speed relative to plain\)\nsmall +1\.800x [ ▁▂▃▄▅▆▇█]{40} 1\.800x/);
  const same = shapeOf({ samples: Array.from({ length: 12 }, () => [5, 5] as const) });
  expect(measurementText(measuredOf([same]), head, style)).toContain("█");
});
