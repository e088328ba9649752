import { expect, it } from "vitest";
import type { Verdict } from "../../results/verdict.ts";
import { heldSentences } from "./held-text.ts";

const attempts = (verdicts: Readonly<Record<string, readonly Verdict[]>>) =>
  Object.entries(verdicts).flatMap(([task, own]) =>
    own.map((verdict, number) => ({ candidate: `c${number}`, task, verdict })),
  );

it("says nothing if all are marked", () => {
  expect(heldSentences(attempts({ softmax: ["accepted", "missing", "device-lost"] }))).toEqual([]);
});

it("names the submissions to mark by hand if others pass", () => {
  expect(heldSentences(attempts({ softmax: ["harness-error", "accepted"], attention: ["unsupported"] }))).toEqual([
    "Held for manual review: c0's softmax (harness-error), c0's attention (unsupported). They have no marks yet, but their points count in the maximum: review each and mark it by hand. For harness-error, judge again with --resume; for unsupported, grade on an adapter that has the required features.",
  ]);
  const many = attempts({ softmax: [...Array<Verdict>(14).fill("unsupported"), "accepted"] });
  expect(heldSentences(many)[0]).toContain("c11's softmax (unsupported) and 2 more. They");
});

it("names the submissions that Kernelmark failed to measure", () => {
  const measurement = { state: "failed", message: "the worker died", isInternalError: true } as const;
  expect(heldSentences([{ candidate: "c0", task: "softmax", verdict: "accepted", measurement }])).toEqual([
    "Kernelmark failed to measure c0's softmax. If speed counts, they are held for manual review, and their points count in the maximum. Run `kernelmark doctor`, then measure them again with --resume.",
  ]);
});

it("blames the machine if everything fails, and the task if all of its submissions fail", () => {
  expect(heldSentences(attempts({ softmax: ["harness-error", "missing"], attention: ["harness-error"] }))).toEqual([
    "Kernelmark failed on every submission: the cause is this machine, not the submissions. Run `kernelmark doctor`, then judge them again with --resume.",
  ]);
  expect(heldSentences(attempts({ softmax: ["harness-error", "harness-error"], attention: ["accepted"] }))).toEqual([
    "Kernelmark failed on every submission for softmax: the cause is the task or this machine, not the submissions. Run `kernelmark doctor`, then judge them again with --resume.",
  ]);
});

it("escapes names", () => {
  const [sentence] = heldSentences([{ candidate: "\u001b[31m", task: "softmax", verdict: "unsupported" }]);
  expect(sentence).toContain("\\u{1b}[31m's softmax");
});
