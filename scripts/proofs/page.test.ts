import { expect, test } from "vitest";
import type { ProofFigures } from "../../harness/verify/figures.ts";
import { mergedProofs, withProofs } from "./page.ts";

const FIGURES: ProofFigures = {
  ...{ cases: 24, seeds: 10, lines: 150, largestShares: { y: 0.1234 }, largestPrecisionRatio: 2.04 },
  honest: { kernels: 6, accepted: 60, judged: 60 },
  imprecise: { kernels: 2, refused: 19, judged: 20 },
  mistakes: { kernels: 7, named: 70, judged: 70 },
  judgingMs: { plain: 1100, tuned: 2450 },
  mutants: [
    {
      ...{ kernel: "plain", all: 80, judged: 50, uncompiled: 1, refused: 40 },
      ...{ late: 2, sameFunction: 4, outOfSight: 2, unexplained: 1 },
    },
  ],
};
const FAILED = {
  about: "f16 variants refused",
  state: "failed",
  found: "",
  problems: ["x"],
  fix: "",
  remarks: [],
} as const;

test("new figures replace those between the marks, and nothing else", () => {
  const page = "Prose.\n\n<!-- figures of npm run proofs -->\n\nold\n\n<!-- end of figures -->\n\nMore.\n";
  const tasks = [{ task: "rms-norm", folder: "kernels/layers/rms-norm", checks: [FAILED], figures: FIGURES }];
  const proofs = { date: new Date("2026-11-29T12:00:00Z"), adapter: "a GPU", seed: "s", tasks };
  const written = withProofs(page, proofs);
  expect(written).not.toContain("old");
  expect(written.startsWith("Prose.") && written.endsWith("More.\n")).toBe(true);
  expect(written).toContain("Measured on 29 November 2026 on a GPU, first seed `s-1`. Checks of `rms-norm` failed.");
  expect(written).toMatch(
    /\| rms-norm \| +150 \| +24 \| +10 \| +6 \| 60 of 60 +\| 19 of 20 +\| 70 of 70 +\| +12\.3 % \| +2\.0 \| 1\.1 s \| 2\.5 s \|/,
  );
  expect(written).toMatch(/\| rms-norm \| plain +\| 50 of 80 \| +1 \| +40 \| +2 \| +4 \| +2 \| +1 \|/);
  expect(withProofs(written, proofs)).toBe(written);
});

test("a page without marks is not changed", () => {
  const proofs = { date: new Date(), adapter: "a GPU", seed: "s", tasks: [] };
  expect(() => withProofs("Prose.", proofs)).toThrow("docs/proofs.md needs");
});

test("proofs of different tasks are merged in the order of tasks", () => {
  const proof = (task: string) => ({ task, folder: `kernels/x/${task}`, checks: [] });
  const one = { adapter: "a GPU", seed: "s", tasks: [proof("softmax")] };
  const other = { ...one, tasks: [proof("matmul"), proof("rope")] };
  const merged = mergedProofs([one, other], ["matmul", "softmax", "rope"]);
  expect(merged.tasks.map(({ task }) => task)).toEqual(["matmul", "softmax", "rope"]);
  expect(() => mergedProofs([one, one], [])).toThrow("softmax is proved twice");
  expect(() => mergedProofs([one, { ...other, seed: "t" }], [])).toThrow("different adapters or first seeds");
});
