import type { Marks, TaskMark } from "../../marks/marks.ts";
import type { Attempt } from "../../results/attempt.ts";
import type { Results } from "../../results/results.ts";
import { VERDICTS, type Verdict } from "../../results/verdict.ts";
import { capital } from "../../text/capital.ts";
import { cellsOf } from "../../text/cells.ts";
import { count } from "../../text/count.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, cut, wrap } from "../../text/wrap.ts";
import { personLabels } from "../person-label.ts";
import { colorVerdict } from "./verdict-words.ts";

const VERDICT_WIDTH = Math.max(...VERDICTS.map((verdict) => verdict.length));
const LIVE_TASK_WIDTH = 16;
const LIVE_CANDIDATE_WIDTH = 14;
const POINTS_WIDTH = 13;
const SPEED_WIDTH = 13;

/** A line for an attempt that has just been judged, while others still are. */
export function attemptLine(attempt: Attempt, done: number, total: number, { colors, width }: TextStyle): string {
  const { task, candidate, verdict, message, reusedFrom } = attempt;
  const count = cell(String(done), String(total).length, "right");
  const start = `${count}/${total}  ${cell(printable(task), LIVE_TASK_WIDTH)}  ${cell(printable(candidate), LIVE_CANDIDATE_WIDTH)}  `;
  const rest = width - cellsOf(start) - VERDICT_WIDTH - 2;
  const isSaid = verdict === "accepted" || verdict === "missing";
  const words = reusedFrom !== undefined ? `as in ${reusedFrom}` : isSaid ? "" : message;
  const about = words === "" || rest < 10 ? "" : `  ${colors.dim(cut(printable(words), rest))}`;
  return `${start}${colorVerdict(verdict, colors, about === "" ? verdict : cell(verdict, VERDICT_WIDTH))}${about}`;
}

/** A line for an attempt that has just been measured. */
export function measuredLine(attempt: Attempt, done: number, total: number, { colors, width }: TextStyle): string {
  const { task, candidate, measurement } = attempt;
  const count = cell(String(done), String(total).length, "right");
  const start = `${count}/${total}  ${cell(printable(task), LIVE_TASK_WIDTH)}  ${cell(printable(candidate), LIVE_CANDIDATE_WIDTH)}  `;
  if (measurement?.state !== "measured") {
    const why = measurement?.message ?? "not measured";
    return `${start}${colors.yellow(cut(printable(why), width - cellsOf(start)))}`;
  }
  const flag = measurement.isImplausible ? colors.red("  implausible") : "";
  return `${start}${measurement.speedup.toFixed(2)}x as fast as ${printable(measurement.against)}${flag}`;
}

/** All verdicts and points, a line for each task and candidate. */
export function resultsTable({ attempts, assignment, roster }: Results, marks: Marks, style: TextStyle): string {
  const { colors, width } = style;
  const order = Object.keys(assignment.tasks);
  const rank = (task: string) => (order.includes(task) ? order.indexOf(task) : order.length);
  const sorted = [...attempts].sort(
    (a, b) => rank(a.task) - rank(b.task) || compare(a.task, b.task) || compare(a.candidate, b.candidate),
  );
  const labelOf = personLabels(roster);
  const texts = sorted.map(({ task, candidate }) => ({
    task: printable(task),
    candidate: printable(labelOf(candidate)),
  }));
  const taskWidth = Math.min(Math.max(4, ...texts.map(({ task }) => cellsOf(task))), 22);
  const isMeasured = attempts.some(({ measurement }) => measurement !== null);
  const speedWidth = isMeasured ? SPEED_WIDTH + 2 : 0;
  const room = width - taskWidth - VERDICT_WIDTH - speedWidth - POINTS_WIDTH - 6;
  const candidateWidth = Math.min(Math.max(9, ...texts.map(({ candidate }) => cellsOf(candidate))), room);
  const markOf = new Map(marks.candidates.map(({ candidate, tasks }) => [candidate, tasks]));
  const lines = sorted.map(({ task, candidate, verdict, measurement }, row) => {
    const mark = markOf.get(candidate)?.[task];
    const points = mark === undefined ? "" : pointsWords(mark);
    return [
      cell(texts[row]!.task, taskWidth),
      cell(texts[row]!.candidate, candidateWidth),
      colorVerdict(verdict, colors, cell(verdict, VERDICT_WIDTH)),
      ...(isMeasured ? [cell(speedCell(measurement), SPEED_WIDTH, "right")] : []),
      cell(points, POINTS_WIDTH, "right"),
    ].join("  ");
  });
  const heading = [
    cell("task", taskWidth),
    cell("candidate", candidateWidth),
    cell("verdict", VERDICT_WIDTH),
    ...(isMeasured ? [cell("speed", SPEED_WIDTH, "right")] : []),
    cell(marks.isIndicative ? "points (ind.)" : "points", POINTS_WIDTH, "right"),
  ].join("  ");
  return [colors.bold(heading), ...lines].join("\n");
}

/** From this number of submissions on, the terminal shows totals only. */
const MOST_ROWS = 500;

/** Totals, a line for each candidate: marks.csv has the points of each task. */
function totalsTable({ roster }: Results, { candidates, isIndicative }: Marks, { colors, width }: TextStyle): string {
  const labelOf = personLabels(roster);
  const room = width - 2 * (POINTS_WIDTH + 2);
  const names = candidates.map(({ candidate }) => printable(labelOf(candidate)));
  const nameWidth = Math.min(Math.max(9, ...names.map(cellsOf)), room);
  const lines = candidates.map(({ tasks, points, max, held }, row) => {
    const whole = Object.values(tasks).filter((mark) => mark.points !== null && mark.points >= mark.max).length;
    const total = held.length > 0 ? `${points} + held` : `${points} of ${max}`;
    return [
      cell(names[row]!, nameWidth),
      cell(`${whole} of ${Object.keys(tasks).length}`, POINTS_WIDTH, "right"),
      cell(total, POINTS_WIDTH, "right"),
    ].join("  ");
  });
  const heading = [
    cell("candidate", nameWidth),
    cell("full points", POINTS_WIDTH, "right"),
    cell(isIndicative ? "total (ind.)" : "total", POINTS_WIDTH, "right"),
  ].join("  ");
  return [colors.bold(heading), ...lines].join("\n");
}

/** `1.80x plain`: 1.8 times as fast as the plain kernel; `(!)` marks an implausible speed. */
function speedCell(measurement: Attempt["measurement"]): string {
  if (measurement?.state !== "measured") return measurement === null ? "" : "not measured";
  const { speedup, against, isImplausible } = measurement;
  return `${isImplausible ? "(!) " : ""}${speedup.toFixed(2)}x ${against}`;
}

/** Candidates whose changed marks are shown: marks.csv has all of them. */
const MOST_CHANGED = 12;

/**
 * What rules and people did to marks, a line for each: `ada, softmax: 9 of 10, 1 day late: 10 % off`. Empty if they did
 * nothing.
 */
function changedMarks({ candidates }: Marks, { colors, width }: TextStyle): string {
  const changes = candidates.map(({ candidate, tasks, points, max, remark }) => {
    const who = printable(candidate);
    const changed = Object.entries(tasks).filter(([, { rules }]) => rules.length > 0);
    return [
      ...changed.map(
        ([task, mark]) => `${who}, ${printable(task)}: ${pointsWords(mark)}, ${printable(mark.rules.join("; "))}`,
      ),
      ...(remark === "" ? [] : [`${who}, total: ${points} of ${max}, ${printable(remark)}`]),
    ];
  });
  const found = changes.filter((lines) => lines.length > 0);
  if (found.length === 0) return "";
  const shown = found.slice(0, MOST_CHANGED);
  const more = found.length - shown.length;
  return [
    colors.bold(`Rules and adjustments (${count(found.length, "candidate")})`),
    ...shown.flat().map((line) => wrap(line, width, "  ", "    ")),
    ...(more > 0 ? [`  and ${count(more, "more candidate")}: see marks.csv`] : []),
  ].join("\n");
}

/** `Required: softmax. Bonus: gmm-fit, gmm-m-step.` Empty if all tasks count alike. */
function countingSentences({ tasks }: Results["assignment"]): string {
  const sentences = (["required", "optional", "bonus"] as const).map((kind) => {
    const names = Object.entries(tasks).filter(([, task]) => task[kind] === true);
    return names.length === 0 ? "" : `${capital(kind)}: ${names.map(([name]) => printable(name)).join(", ")}.`;
  });
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function pointsWords({ points, max }: TaskMark): string {
  return points === null ? "held" : `${points} of ${max}`;
}

/** The result of a run: the table, the number of each verdict, and the paths of the reports. */
export function summary(results: Results, marks: Marks, files: readonly string[], style: TextStyle): string {
  const { attempts, state, seed } = results;
  const { colors, width } = style;
  const table = attempts.length > MOST_ROWS ? totalsTable : resultsTable;
  const parts = attempts.length > 0 ? [table(results, marks, style)] : [];
  const verb = { finished: "Graded", stopped: "Stopped after", running: "Graded so far" }[state];
  const counting = countingSentences(results.assignment);
  if (counting !== "") parts.push(wrap(counting, width));
  const changed = changedMarks(marks, style);
  if (changed !== "") parts.push(changed);
  const submitted = attempts.filter(({ verdict }) => verdict !== "missing");
  const lacking = attempts.length - submitted.length;
  const missing = lacking === 0 ? "" : `; ${colorVerdict("missing", colors, `${lacking} missing`)}`;
  const counts = `${countVerdicts(submitted, style)}${missing}`;
  parts.push(wrap(`${verb} ${count(submitted.length, "submission")}: ${counts}.`, width));
  parts.push(...marks.remarks.map((sentence) => colors.yellow(wrap(sentence, width))));
  if (attempts.some(({ measurement }) => measurement?.state === "measured")) {
    const indicative = "Software adapter: speeds are indicative; a GPU may rank kernels differently.";
    const text = "Speed is the baseline's time divided by the submission's: 2x is twice as fast.";
    parts.push(wrap(results.adapter.kind === "software" ? `${text} ${indicative}` : text, width));
  }
  if (marks.isIndicative) parts.push(wrap("Practice run: marks are indicative.", width));
  if (files.length > 0) {
    parts.push([colors.bold("Reports"), ...files.map((file) => `  ${printable(file)}`)].join("\n"));
  }
  parts.push(wrap(`Keep the seed secret until the deadline: it determines every input (${seed}).`, width));
  return parts.join("\n\n");
}

function countVerdicts(attempts: readonly Attempt[], { colors }: TextStyle): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of attempts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const found = VERDICTS.filter((verdict) => counts.has(verdict));
  if (found.length === 0) return "nothing to do";
  return found.map((verdict) => colorVerdict(verdict, colors, `${counts.get(verdict)} ${verdict}`)).join(", ");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
