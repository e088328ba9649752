import { expect, it } from "vitest";
import type { BufferCounts, PassCounts, Stride } from "../results/access-counts.ts";
import type { Plan } from "../task/plan.ts";
import { adviceOn } from "./access-advice.ts";

const pass = { code: "", bindings: ["x"], workgroups: [1] } as const;
const plan: Plan = { passes: [pass] };
const stride: Stride = {
  ...{ space: "storage", name: "x", line: 13, isWrite: false, accesses: 3200 },
  ...{ apart: 48, transactions: 32, least: 4 },
};
const buffer: BufferCounts = { name: "x", space: "storage", bound: "x", elements: 100, reads: 200, writes: 0 };

function row(changes: Partial<Exclude<PassCounts, { uncounted: string }>>): PassCounts {
  return { passes: [1], workgroups: 1, barriersPerWorkgroup: 0, buffers: [buffer], strides: [], ...changes };
}

const located = (rows: readonly PassCounts[], of = plan) =>
  adviceOn(rows, of, ({ line }) => ({ kind: "source", file: "softmax.wgsl", line: line + 100, column: 1, frame: "" }));
const kinds = (...rows: PassCounts[]) => located(rows).map(({ kind }) => kind);

it("names a scattered access, with its place and the reason", () => {
  expect(located([row({ strides: [stride] })])).toEqual([
    {
      ...{ aspect: "speed", kind: "scattered-access", isGuess: false },
      place: { file: "softmax.wgsl", line: 113 },
      sentence:
        "Neighbouring invocations read elements of `x` that are 48 apart: 32 of them move 32 pieces of 32 bytes, where 4 would do, unless a cache keeps the rest for their next accesses. Let neighbouring invocations take neighbouring elements.",
    },
  ]);
});

it("has nothing to say about neighbours, broadcasts, and accesses a little off", () => {
  for (const transactions of [1, 4, 8]) expect(kinds(row({ strides: [{ ...stride, transactions }] }))).toEqual([]);
});

it("names lanes that share a bank", () => {
  const shared = { ...stride, space: "workgroup", name: "tile", transactions: 32, least: 1 } as const;
  const [advice] = located([row({ strides: [shared] })]);
  expect(advice!.sentence).toContain("so 32 of 32 need the same bank of workgroup memory and take turns.");
  expect(kinds(row({ strides: [{ ...shared, transactions: 2 }] }))).toEqual([]);
});

it("names repeated reads and writes, but not of workgroup memory", () => {
  expect(kinds(row({ buffers: [{ ...buffer, reads: 6400 }] }))).toEqual(["repeated-reads"]);
  expect(kinds(row({ buffers: [{ ...buffer, reads: 6400, writes: 6400 }] }))).toEqual(["repeated-writes"]);
  expect(kinds(row({ buffers: [{ ...buffer, space: "workgroup", reads: 6400 }] }))).toEqual([]);
  expect(kinds(row({ buffers: [{ ...buffer, reads: 300 }] }))).toEqual([]);
});

it("names many barriers", () => {
  expect(kinds(row({ barriersPerWorkgroup: 10 }))).toEqual([]);
  expect(located([row({ barriersPerWorkgroup: 130 })])[0]!.sentence).toContain("A workgroup waits at 130 barriers");
});

it("begins with what saves most, and names the pass if there are several", () => {
  const small = row({ strides: [{ ...stride, accesses: 32 }] });
  const large = { ...row({ buffers: [{ ...buffer, reads: 99_999 }] }), passes: [2] };
  const found = located([small, large, { passes: [3], uncounted: "it cannot" }], { passes: [pass, pass, pass] });
  expect(found.map(({ sentence }) => sentence.slice(0, 10))).toEqual(["In pass 2,", "In pass 1,"]);
});

it("explains each kind of advice once, and names the others", () => {
  const others = { ...stride, name: "y", accesses: 64 };
  const rows = [row({ strides: [stride, others] }), { ...row({ strides: [stride] }), passes: [2] }];
  const found = located(rows, { passes: [pass, pass] });
  expect(found.map(({ sentence }) => sentence.slice(-60))).toEqual([
    expect.stringMatching(/ Also: `x` in pass 2, `y` in pass 1\.$/),
  ]);
});

it("names no place in a built-in kernel", () => {
  expect(adviceOn([row({ strides: [stride] })], plan, undefined)[0]).not.toHaveProperty("place");
});
