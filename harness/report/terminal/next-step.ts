import type { Attempt } from "../../results/attempt.ts";
import type { WrongElements } from "../../results/evidence.ts";
import { printable } from "../../text/printable.ts";

/** One thing that a candidate should do now. */
export function nextStep(attempt: Attempt): string {
  const task = printable(attempt.task);
  switch (attempt.verdict) {
    case "accepted":
      return `make it faster; \`kernelmark tasks ${task}\` has hints.`;
    case "wrong-answer":
      return wrongAnswerStep(attempt);
    case "imprecise":
      return "compute in f32 throughout, without f16 on the way, and subtract before you square or exponentiate: E[(x-μ)²], not E[x²]-μ².";
    case "time-limit":
      return "look at each loop of the named step for a way in which it never ends, and at how its bounds depend on the shape.";
    case "memory-limit":
      return `keep less in scratch: \`kernelmark tasks ${task}\` says how much there may be for each shape.`;
    case "device-lost":
      return "try the smallest shape first, and look for endless loops and for workgroups without end; the GPU's driver stopped the kernel.";
    case "plan-error":
      return "mend the field that the message names; the plan is plain data, so `console.log` in the plan function shows up here.";
    case "compile-error":
      return "mend the place shown above first: later errors often follow from it.";
    case "unsupported":
      return "take the feature out of `requires` where there is another way, or check again on a machine that has it.";
    case "missing":
      return `write ${task}.ts; \`kernelmark tasks ${task}\` says what it should compute.`;
    case "harness-error":
      return "check again; if it happens again, report it with the message above.";
  }
}

function wrongAnswerStep({ mistake, cases, evidence }: Attempt): string {
  if (mistake) return "mend the likely mistake, and check again.";
  if (evidence?.kind === "outside-writes") {
    return evidence.isScratch
      ? "count the scratch in bytes, 4 for each f32 or u32, and compare it with the largest index that the kernel uses."
      : "return from every invocation whose index is past the end before it writes: the last workgroup has more invocations than there are elements left.";
  }
  const wrong = evidence?.kind === "wrong-elements" ? evidence : undefined;
  if (wrong?.isByReadOutside) return "find the index that can be past the end of what it reads, and guard it.";
  if (wrong !== undefined && wrong.neverWrittenCount > 0) {
    return "let every element be written by some invocation: check the number of workgroups, and the comparison that ends surplus invocations.";
  }
  if (wrong !== undefined && isNotFinite(wrong)) {
    return "find where infinity or NaN comes from: an overflow of exp, a division by zero, or inf - inf.";
  }
  if (wrong !== undefined && isZero(wrong)) {
    return "find why 0 is written there: a value that became too small on the way (f16 ends at 6e-8), or one that was never computed.";
  }
  const tiny = cases.find(({ group }) => group === "tiny");
  if (tiny !== undefined && tiny.verdict !== "accepted") {
    return "compute the smallest failing case by hand: compare it with what your formula and your indices give.";
  }
  const plain = cases.filter(({ data }) => data === "plain");
  if (plain.length > 0 && plain.every(({ verdict }) => verdict === "accepted")) {
    return "plain data is right, so the indices are; ask what the failing kind of data does to your formula.";
  }
  return "compare the shapes that fail with those that pass: multiples of the workgroup's size often hide a mistake at the edges.";
}

function isNotFinite({ first, worst }: WrongElements): boolean {
  return [first, worst].some(({ got, expected }) => typeof got === "string" && typeof expected === "number");
}

function isZero({ first, worst }: WrongElements): boolean {
  return [first, worst].every(({ got, expected }) => got === 0 && expected !== 0);
}
