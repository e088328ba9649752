import { expect, it } from "vitest";
import type { Verdict } from "../../results/verdict.ts";
import { heldSentences } from "./held-text.ts";

const attempts = (verdicts: Readonly<Record<string, readonly Verdict[]>>) =>
  Object.entries(verdicts).flatMap(([task, own]) =>
    own.map((verdict, number) => ({ candidate: `c${number}`, task, verdict })),
  );

it("says nothing where all is marked", () => {
  expect(heldSentences(attempts({ softmax: ["accepted", "missing", "device-lost"] }))).toEqual([]);
});

it("names what a person has to mark while others pass", () => {
  expect(heldSentences(attempts({ softmax: ["harness-error", "accepted"], attention: ["unsupported"] }))).toEqual([
    "Held for a person: c0's softmax (harness-error), c0's attention (unsupported). They are not marked, and their points stay in the maximum: look at each, and mark it by hand. --resume judges harness-error again; for unsupported, grade on an adapter that has what the plan requires.",
  ]);
  const many = attempts({ softmax: [...Array<Verdict>(14).fill("unsupported"), "accepted"] });
  expect(heldSentences(many)[0]).toContain("c11's softmax (unsupported) and 2 more. They");
});

it("names what Kernelmark failed to measure", () => {
  const measurement = { state: "failed", message: "the worker died", isInternalError: true } as const;
  expect(heldSentences([{ candidate: "c0", task: "softmax", verdict: "accepted", measurement }])).toEqual([
    "Kernelmark failed to measure c0's softmax. If speed counts, they are held for a person, and their points stay in the maximum. Run `kernelmark doctor`, and measure them again with --resume.",
  ]);
});

it("blames the machine where everything fails, and the task where all of it does", () => {
  expect(heldSentences(attempts({ softmax: ["harness-error", "missing"], attention: ["harness-error"] }))).toEqual([
    "Kernelmark failed on every submission: this machine is at fault, not the submissions. Run `kernelmark doctor`, and judge them again with --resume.",
  ]);
  expect(heldSentences(attempts({ softmax: ["harness-error", "harness-error"], attention: ["accepted"] }))).toEqual([
    "Kernelmark failed on every submission for softmax: the task or this machine is at fault, not the submissions. Run `kernelmark doctor`, and judge them again with --resume.",
  ]);
});

it("writes names as text", () => {
  const [sentence] = heldSentences([{ candidate: "\u001b[31m", task: "softmax", verdict: "unsupported" }]);
  expect(sentence).toContain("\\u{1b}[31m's softmax");
});
