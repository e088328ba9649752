import type { Attempt } from "../../harness/results/attempt.ts";

type Judged = Pick<Attempt, "candidate" | "task" | "verdict">;

/** For each submission whose verdicts differ, or that one run lacks: its name, and both verdicts. */
export function verdictDifferences(one: readonly Judged[], other: readonly Judged[]): string[][] {
  const verdicts = (run: readonly Judged[]) =>
    new Map(run.map(({ candidate, task, verdict }) => [`${candidate}/${task}`, verdict]));
  const [ofOne, ofOther] = [verdicts(one), verdicts(other)];
  return [...new Set([...ofOne.keys(), ...ofOther.keys()])]
    .filter((name) => ofOne.get(name) !== ofOther.get(name))
    .map((name) => [name, ofOne.get(name) ?? "not judged", ofOther.get(name) ?? "not judged"]);
}
