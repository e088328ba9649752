import type { Attempt } from "../../results/attempt.ts";
import type { WrongElements } from "../../results/evidence.ts";
import { printable } from "../../text/printable.ts";

/** The one thing for a candidate to do next: an imperative, without a capital. */
export function nextStep(attempt: Attempt): string {
  const task = printable(attempt.task);
  switch (attempt.verdict) {
    case "accepted":
      return `make it faster; \`kernelmark hint ${task}\` says how.`;
    case "wrong-answer":
      return wrongAnswerStep(attempt);
    case "imprecise":
      return "compute in f32 throughout, with no f16 intermediates, and subtract before you square or exponentiate: E[(x-μ)²], not E[x²]-μ².";
    case "time-limit":
      return "check that every loop of the named step ends, and how its bounds depend on the shape.";
    case "memory-limit":
      return `use less scratch: \`kernelmark tasks ${task}\` lists the limit for each shape.`;
    case "device-lost":
      return "try the smallest shape first, and look for endless loops and far too many workgroups.";
    case "plan-error":
      return "fix the field named above; output of `console.log` in the plan function appears here.";
    case "compile-error":
      return attempt.evidence?.kind === "source"
        ? "fix the error shown above first: later errors often follow from it."
        : "fix the plan or the kernel as the message says.";
    case "unsupported":
      return "remove the feature from `requires` if the kernel can do without it, or check on an adapter that has it.";
    case "missing":
      return `write ${task}.ts; \`kernelmark tasks ${task}\` explains the task.`;
    case "harness-error":
      return "check again; if it happens again, report it with the message above.";
  }
}

function wrongAnswerStep({ mistake, cases, evidence }: Attempt): string {
  if (mistake) return "fix the likely cause and check again.";
  if (evidence?.kind === "outside-writes") {
    return evidence.isScratch
      ? "check the scratch size, which is in bytes (4 for each f32 or u32), against the largest index in the kernel."
      : "return before the write if the index is past the end: the last workgroup has surplus invocations.";
  }
  const wrong = evidence?.kind === "wrong-elements" ? evidence : undefined;
  if (wrong?.isByReadOutside) return "find the read whose index can pass the end of its buffer, and guard it.";
  if (wrong !== undefined && wrong.neverWrittenCount > 0) {
    return "make sure every element is written: check the number of workgroups, and the guard against surplus invocations.";
  }
  if (wrong !== undefined && isNotFinite(wrong)) {
    return "find the source of infinity or NaN: an overflow of exp, a division by zero, or inf - inf.";
  }
  if (wrong !== undefined && isZero(wrong)) {
    return "find the cause of the zeros: an intermediate value that underflows (f16 below 6e-8), or one that is never computed.";
  }
  const tiny = cases.find(({ group }) => group === "tiny");
  if (tiny !== undefined && tiny.verdict !== "accepted") {
    return "compute the smallest failing case by hand, and compare each step with your formula and indices.";
  }
  const plain = cases.filter(({ data }) => data === "plain");
  if (plain.length > 0 && plain.every(({ verdict }) => verdict === "accepted")) {
    return "check your formula on the failing kind of data: `plain` data passes, so indexing is correct.";
  }
  return "compare failing and passing shapes: multiples of the workgroup size often hide a mistake at the edges.";
}

function isNotFinite({ first, worst }: WrongElements): boolean {
  return [first, worst].some(({ got, expected }) => typeof got === "string" && typeof expected === "number");
}

function isZero({ first, worst }: WrongElements): boolean {
  return [first, worst].every(({ got, expected }) => got === 0 && expected !== 0);
}
