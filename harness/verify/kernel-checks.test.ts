import { expect, test } from "vitest";
import type { Places } from "../catalog/task-places.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Verdict } from "../results/verdict.ts";
import { kernelChecks } from "./kernel-checks.ts";
import type { KernelId } from "./kernels.ts";
import type { SweepResult } from "./sweep.ts";

const PLACES: Places = {
  fault: () => "task.ts",
  mistake: () => "task.ts:7",
  kernel: (name) => `${name}.wgsl`,
  reference: "task.ts:5",
};

function result(kernel: KernelId, verdict: Verdict, mistake?: string, largestShare = 0.2): SweepResult {
  const one: CaseResult = {
    ...{ index: 0, group: "tiny", data: "plain", shape: { rows: 1 }, params: {} },
    ...{ verdict, message: "It is so.", evidence: null, remarks: [], largestShare },
  };
  const outcome = { type: "cases", cases: [one], mistake, runMs: {}, judgingMs: 900 } as const;
  return { task: "t", seed: "s-1", kernel, outcome };
}

const OWN = [
  result({ role: "plain", name: "plain" }, "accepted"),
  result({ role: "tuned", name: "tuned" }, "accepted"),
  result({ role: "starter", name: "starter" }, "wrong-answer"),
  result({ role: "honest", name: "loops backwards" }, "accepted"),
  result({ role: "imprecise", name: "f16: y" }, "imprecise"),
  result({ role: "wrong", name: "no-gain", mistake: "no-gain" }, "wrong-answer", "no-gain"),
];

/** The failures where some of the kernels got other verdicts. */
function failures(...others: readonly SweepResult[]): string[] {
  const isOther = (one: SweepResult) => others.some(({ kernel }) => kernel.name === one.kernel.name);
  const checks = kernelChecks([...OWN.filter((one) => !isOther(one)), ...others], PLACES, ["y"]);
  return checks.filter(({ state }) => state === "failed").flatMap(({ problems }) => problems);
}

test("kernels with the verdicts that they are kept for pass", () => {
  expect(failures()).toEqual([]);
});

test.each<[string, SweepResult, string]>([
  [
    "a tuned kernel that is wrong on this adapter",
    result({ role: "tuned", name: "tuned" }, "wrong-answer"),
    "tuned.wgsl: the kernel is refused on rows=1, plain, seed s-1: It is so.",
  ],
  [
    "a starter that is right",
    result({ role: "starter", name: "starter" }, "accepted"),
    "plain.wgsl: the starter is already correct",
  ],
  [
    "an imprecise variant of the tuned kernel that is accepted",
    result({ role: "imprecise", name: "tuned, f16: y" }, "accepted"),
    "tuned.wgsl: tuned, f16: y is accepted, seed s-1",
  ],
  [
    "a mistake that no case catches",
    result({ role: "wrong", name: "no-gain", mistake: "no-gain" }, "accepted"),
    'task.ts:7: mistake "no-gain": no case catches it, seed s-1',
  ],
  [
    "a mistake with the hint of another",
    result({ role: "wrong", name: "no-gain", mistake: "no-gain" }, "wrong-answer", "no-epsilon"),
    'task.ts:7: mistake "no-gain" is named "no-epsilon", seed s-1',
  ],
  [
    "an honest variant that is refused",
    result({ role: "honest", name: "loops backwards" }, "imprecise"),
    "plain.wgsl: with loops backwards, it is refused on rows=1, plain, seed s-1: It is so.",
  ],
  [
    "an f16 variant that is accepted",
    result({ role: "imprecise", name: "f16: y" }, "accepted"),
    "plain.wgsl: f16: y is accepted, seed s-1",
  ],
])("%s is found, with its place", (_, other, problem) => {
  expect(failures(other)).toEqual([problem]);
});

test("a bound that honest kernels hardly use is too wide", () => {
  const unused = OWN.map(({ kernel, outcome }) =>
    result(kernel, outcome.type === "cases" ? outcome.cases[0]!.verdict : "accepted", kernel.mistake, 0.001),
  );
  expect(failures(...unused)).toEqual([
    "task.ts:5: no honest kernel uses 1 % of the bound of y (0.1 %: plain; rows=1, plain)",
  ]);
});

test("each output must use its own bound", () => {
  const one = result({ role: "plain", name: "plain" }, "accepted");
  const cases = one.outcome.type === "cases" ? one.outcome.cases : [];
  const withShares = cases.map((found) => ({ ...found, largestShares: { y: 0.2, mean: 0.001 } }));
  const results = [{ ...one, outcome: { ...one.outcome, cases: withShares } as SweepResult["outcome"] }];
  const bounds = (outputs: readonly string[]) =>
    kernelChecks(results, PLACES, outputs).find(({ about }) => about === "bounds used by honest kernels")!;
  expect(bounds(["y", "mean"]).problems).toEqual([
    "task.ts:5: no honest kernel uses 1 % of the bound of mean (0.1 %: plain; rows=1, plain)",
  ]);
  expect(bounds(["y"]).problems).toEqual([]);
});
