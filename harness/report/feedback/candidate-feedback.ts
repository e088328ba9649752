import type { TaskMark } from "../../marks/marks.ts";
import type { Attempt } from "../../results/attempt.ts";
import type { CaseResult } from "../../results/case-result.ts";
import type { NotTaken } from "../../results/not-taken.ts";
import { headlineCase } from "../headline.ts";
import type { MarkedRun } from "../report.ts";
import { isSeedSecret } from "../seed-secrecy.ts";
import { hiddenGroups, withoutHidden } from "./hidden-groups.ts";
import { pointsStanding, type Standing, speedStanding } from "./standing.ts";

/** Everything a candidate may read about a run; nothing about the others. */
export interface CandidateFeedback {
  readonly candidate: string;
  /** From the roster; empty without one. */
  readonly name: string;
  /** Their name on the leaderboard for everyone. */
  readonly code: string;
  /** From the roster; may be empty. */
  readonly section: string;
  readonly title: string;
  readonly run: string;
  readonly adapter: string;
  readonly adapterKind: "hardware" | "software";
  readonly isIndicative: boolean;
  readonly points: number;
  readonly max: number;
  /** What changed the total; may be empty. */
  readonly remark: string;
  readonly standing: Standing | undefined;
  readonly tasks: readonly TaskFeedback[];
  /** Their files that were not graded, though they were probably meant to be. */
  readonly notTaken: readonly NotTaken[];
  /** Undefined while it is secret. */
  readonly seed: string | undefined;
}

export interface TaskFeedback {
  readonly task: string;
  readonly attempt: Attempt;
  /** Undefined if the assignment does not count the task. */
  readonly mark: TaskMark | undefined;
  /** The case that the verdict is about. */
  readonly telling: CaseResult | undefined;
  readonly groups: readonly GroupFeedback[];
  readonly speed: Standing | undefined;
}

/** Cases that earn their points together. */
export interface GroupFeedback {
  readonly name: string;
  readonly right: number;
  readonly total: number;
  /** Its results are secret until the deadline. */
  readonly isHidden: boolean;
}

/**
 * @param at the time of the report: from the deadline on, feedback includes the seed and hidden groups
 */
export function feedbackOf(run: MarkedRun, candidate: string, at: Date): CandidateFeedback {
  const { results, marks, everybody } = run;
  const own = marks.candidates.find((one) => one.candidate === candidate);
  const attempts = lastAttempts(results.attempts, candidate);
  const order = Object.keys(results.assignment.tasks);
  const counted = order.filter((task) => attempts.has(task));
  const others = [...attempts.keys()].filter((task) => !order.includes(task)).sort();
  const person = results.roster.find((one) => one.candidate === candidate);
  return {
    candidate,
    code: run.codes.get(candidate)!,
    name: person?.name ?? "",
    section: person?.section ?? "",
    title: results.assignment.title,
    run: results.run,
    adapter: results.adapter.description,
    adapterKind: results.adapter.kind,
    isIndicative: marks.isIndicative,
    points: own?.points ?? 0,
    max: own?.max ?? 0,
    remark: own?.remark ?? "",
    standing: pointsStanding(everybody, candidate),
    tasks: [...counted, ...others].map((task) => {
      const hidden = hiddenGroups(results, task, at);
      const attempt = withoutHidden(attempts.get(task)!, hidden);
      return {
        task,
        attempt,
        mark: own?.tasks[task],
        telling: headlineCase(attempt),
        groups: groupsOf(attempt, results.caseGroups[task] ?? {}, hidden),
        speed: speedStanding(everybody, candidate, task),
      };
    }),
    notTaken: results.notTaken.filter((one) => one.candidate === candidate),
    seed: isSeedSecret(results, at) ? undefined : results.seed,
  };
}

function lastAttempts(attempts: readonly Attempt[], candidate: string): Map<string, Attempt> {
  return new Map(attempts.filter((one) => one.candidate === candidate).map((one) => [one.task, one]));
}

function groupsOf(
  { cases }: Attempt,
  groups: Readonly<Record<string, readonly number[]>>,
  hidden: ReadonlySet<string>,
): GroupFeedback[] {
  if (cases.length === 0) return [];
  const right = new Set(cases.filter(({ verdict }) => verdict === "accepted").map(({ index }) => index));
  return Object.entries(groups).map(([name, indices]) => ({
    name,
    right: indices.filter((index) => right.has(index)).length,
    total: indices.length,
    isHidden: hidden.has(name),
  }));
}
