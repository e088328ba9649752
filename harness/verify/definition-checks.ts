import type { Places } from "../catalog/task-places.ts";
import { listCases } from "../task/case.ts";
import { specFaults } from "../task/consistency.ts";
import { drawCases, findProblemFaults, type ProblemFault } from "../task/problem-faults.ts";
import { rangeFaults } from "../task/range-faults.ts";
import type { Task } from "../task/task.ts";
import { count } from "../text/count.ts";
import { checked, type ProofCheck, skipped } from "./task-proof.ts";

/** The comparison of a task's reference with its golden files. */
export interface GoldenFindings {
  readonly files: number;
  readonly faults: readonly string[];
}

/** Checks the definition, its cases under a seed, and the reference, all without a kernel. */
export function definitionChecks(
  task: Task,
  seed: string,
  golden: GoldenFindings,
  place: Places["fault"],
): ProofCheck[] {
  const located = (faults: readonly string[]) =>
    faults.map((fault) => {
      const text = fault.replace(`${task.spec.name}: `, "");
      return `${place(text)}: ${text}`;
    });
  const ofSpec = checked("interface and statement complete", "", located(specFaults(task)), "Complete the definition.");
  const names = [
    "reference finite on every case",
    "ends of ranges covered",
    "bounds narrow",
    "trivial outputs refused",
  ];
  if (ofSpec.state === "failed") return [ofSpec, ...names.map((name) => skipped(name, "fix the interface first"))];
  const drawn = drawCases(task, listCases(task, seed), seed);
  const faults = findProblemFaults(task, drawn, "check");
  const of = (...kinds: ProblemFault["of"][]) =>
    located(faults.filter((fault) => kinds.includes(fault.of)).map(({ text }) => text));
  const cases = count(drawn.length, "case");
  const ranges = task.spec.ranges.length;
  return [
    ofSpec,
    checked(names[0]!, cases, of("data", "values"), "Narrow the declared range, or rewrite the reference."),
    checked(
      names[1]!,
      count(ranges, "range"),
      located(rangeFaults(task, drawn)),
      "Declare the range that cases reach.",
    ),
    checked(names[2]!, cases, of("bound"), "Use shorter rows for that data, or a reference with smaller errors."),
    checked(names[3]!, cases, of("trivial"), "Change the data so that outputs differ from inputs and constants."),
    golden.files === 0
      ? skipped("golden values met", "no values in golden/")
      : checked("golden values met", count(golden.files, "file"), golden.faults, "Correct the reference or the file."),
  ];
}
