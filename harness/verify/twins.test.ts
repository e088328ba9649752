import { expect, it } from "vitest";
import { mutantsOf } from "../mutation/mutants.ts";
import type { MutantJob } from "./mutant-job.ts";
import { withTwins } from "./twins.ts";

const SHARED = "fn half(v: f32) -> f32 { return 0.5 * v; }";

function moduleOf(own: string): string {
  return `@group(0) @binding(0) var<storage, read_write> y: array<f32>;
const SCALE = 3.0;
${SHARED}
@compute @workgroup_size(64) fn main() { y[0] = ${own}; }`;
}

function jobsOf(...modules: string[]): MutantJob[] {
  const kernel = { role: "plain", name: "plain" } as const;
  return modules.flatMap((module, index) =>
    mutantsOf(module).map((mutant): MutantJob => {
      return { task: "t", kernel, moduleNumber: index + 1, module, mutant, isListed: false, twins: [] };
    }),
  );
}

it("joins changes of a function that several modules have", () => {
  const jobs = withTwins(jobsOf(moduleOf("half(SCALE)"), moduleOf("half(SCALE) - 1.0")));
  const halves = jobs.filter(({ mutant }) => mutant.before === SHARED);
  expect(halves.length).toBeGreaterThan(1);
  for (const { moduleNumber, mutant, twins } of halves) {
    expect(moduleNumber).toBe(1);
    expect(twins).toMatchObject([{ moduleNumber: 2, mutant: { change: mutant.change, after: mutant.after } }]);
  }
});

it("judges changes alone where functions differ, or outside of functions", () => {
  const all = jobsOf(moduleOf("half(SCALE)"), moduleOf("half(SCALE) - 1.0"));
  const jobs = withTwins(all);
  const others = jobs.filter(({ mutant }) => mutant.before !== SHARED);
  expect(others.every(({ twins }) => twins.length === 0)).toBe(true);
  expect(new Set(others.map(({ moduleNumber }) => moduleNumber))).toEqual(new Set([1, 2]));
  expect(jobs.flatMap((job) => [job, ...job.twins])).toHaveLength(all.length);
});
