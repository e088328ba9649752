import { expect, it } from "vitest";
import { verdictDifferences } from "./verdict-differences.ts";

it("lists submissions judged differently, or by only one adapter", () => {
  const judged = (candidate: string, verdict: "accepted" | "wrong-answer") => ({ candidate, task: "softmax", verdict });
  const one = [judged("same", "accepted"), judged("apart", "accepted"), judged("alone", "accepted")];
  const other = [judged("apart", "wrong-answer"), judged("same", "accepted")];
  expect(verdictDifferences(one, other)).toEqual([
    ["apart/softmax", "accepted", "wrong-answer"],
    ["alone/softmax", "accepted", "not judged"],
  ]);
});
