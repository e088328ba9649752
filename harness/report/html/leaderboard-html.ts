import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { Marks } from "../../marks/marks.ts";
import type { Results } from "../../results/results.ts";
import { count } from "../../text/count.ts";
import { printable } from "../../text/printable.ts";
import { SMALLEST_COHORT } from "../feedback/standing.ts";
import { rankByPoints, ranked } from "../ranks.ts";
import type { MarkedRun, Report } from "../report.ts";
import { escapeHtml } from "./escape.ts";
import { pageAsset } from "./page-assets.ts";
import { pageHtml } from "./page-shell.ts";

const FILE = "leaderboard.html";
/** Rows of a table that are always shown. */
const SHOWN = 20;

/** Ranks and speeds of all candidates under codes, to publish. */
export const leaderboardHtml: Report = {
  name: "leaderboard",
  about: "leaderboard.html, ranks and speeds without names, to publish",
  isByCandidate: false,
  comparesCandidates: true,
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, await formatLeaderboard(run));
    return [path];
  },
};

/** A candidate's place in a table. */
interface Place {
  readonly rank: number;
  readonly code: string;
}

async function formatLeaderboard({ results, everybody, codes }: MarkedRun): Promise<string> {
  const { assignment, adapter, startedAt } = results;
  const submitted = new Set(
    results.attempts.filter(({ verdict }) => verdict !== "missing").map(({ candidate }) => candidate),
  );
  // Equal ranks stay in this order, which must not show that of the names.
  const candidates = everybody.candidates
    .filter(({ candidate }) => submitted.has(candidate))
    .sort((a, b) => (codes.get(a.candidate)! < codes.get(b.candidate)! ? -1 : 1));
  const tasks = Object.keys(assignment.tasks);
  const body =
    candidates.length < SMALLEST_COHORT
      ? `<p>There is no leaderboard for fewer than ${SMALLEST_COHORT} candidates: it would show whose results they are.</p>`
      : [
          `<nav aria-label="Tasks">${tasks.map((task) => `<a href="#${anchor(task)}">${text(task)}</a>`).join(" ")}</nav>`,
          overallSection(results, candidates, codes),
          ...tasks.map((task) => taskSection(task, results, candidates, codes)),
        ].join("\n");
  const isIndicative = adapter.kind === "software" && !assignment.software;
  const notes = [
    `Graded ${startedAt.slice(0, "2026-05-04".length)} on ${adapter.description}.`,
    "Codes stand for names: yours is at the end of your feedback.",
    ...(assignment.practice ? ["Practice run: results are indicative."] : []),
    ...(isIndicative ? ["Software adapter: a GPU may rank kernels differently."] : []),
  ];
  const title = `Leaderboard: ${assignment.title}`;
  return pageHtml({
    title: printable(title),
    style: await pageAsset("leaderboard.css"),
    body: `<main>\n<h1 class="foreign">${text(title)}</h1>\n<p class="soft">${text(notes.join(" "))}</p>\n${body}\n</main>`,
  });
}

/** All candidates by points, without the points. */
function overallSection(
  { attempts, assignment }: Results,
  candidates: Marks["candidates"],
  codes: MarkedRun["codes"],
): string {
  const most = Object.keys(assignment.tasks).length;
  // Of several attempts at a task, the last one counts.
  const verdicts = new Map(
    attempts.map(({ candidate, task, verdict }) => [JSON.stringify([candidate, task]), verdict]),
  );
  const rows = rankByPoints(candidates).map(({ candidate, tasks, rank }) => {
    const accepted = Object.keys(tasks).filter(
      (task) => verdicts.get(JSON.stringify([candidate, task])) === "accepted",
    );
    return placeRow({ rank, code: codes.get(candidate)! }, `<td class="number">${accepted.length} of ${most}</td>`);
  });
  return section(
    "all",
    "All tasks",
    `${count(candidates.length, "candidate")}, by points.`,
    table("All tasks", ["Accepted"], rows),
  );
}

/** The accepted kernels of a task by speed. */
function taskSection(
  task: string,
  { attempts, assignment }: Results,
  candidates: Marks["candidates"],
  codes: MarkedRun["codes"],
): string {
  const implausible = new Set(
    attempts
      .filter((attempt) => attempt.task === task)
      .filter(({ measurement }) => measurement?.state === "measured" && measurement.isImplausible)
      .map(({ candidate }) => candidate),
  );
  const measured = candidates.flatMap(({ candidate, tasks }) => {
    const speedup = tasks[task]?.speedup ?? null;
    return speedup === null || implausible.has(candidate) ? [] : [{ code: codes.get(candidate)!, speedup }];
  });
  const against = assignment.tasks[task]?.speed?.against ?? "plain";
  if (measured.length < SMALLEST_COHORT) {
    return section(anchor(task), task, `Speeds are shown from ${SMALLEST_COHORT} measured kernels on.`, "");
  }
  const sorted = measured.sort((a, b) => b.speedup - a.speedup);
  const speeds = ranked(sorted, ({ speedup }) => speedup);
  const fastest = speeds[0]!.speedup;
  const rows = speeds.map((speed) => {
    const share = ((100 * speed.speedup) / fastest).toFixed(1);
    const bar = `<span class="bar" style="width:${share}%"></span>`;
    return placeRow(speed, `<td class="number">${speed.speedup.toFixed(2)}×</td><td class="stretch">${bar}</td>`);
  });
  const about = `${count(speeds.length, "accepted kernel")}; speed relative to the ${against} kernel.`;
  return section(anchor(task), task, about, table(task, ["Speed", ""], rows));
}

function section(id: string, title: string, about: string, content: string): string {
  return `<section id="${escapeHtml(id)}">\n<h2>${text(title)}</h2>\n<p class="soft">${text(about)}</p>\n${content}\n</section>`;
}

/** A table whose first rows are shown, and whose others unfold. */
function table(about: string, columns: readonly string[], rows: readonly string[]): string {
  const [first, rest] = [rows.slice(0, SHOWN), rows.slice(SHOWN)];
  if (rest.length === 0) return rowsTable(about, columns, first);
  const more = `${rest.length} more`;
  return `${rowsTable(about, columns, first)}\n<details><summary>${more}</summary>\n${rowsTable(`${about}, ${more}`, columns, rest)}\n</details>`;
}

function rowsTable(about: string, columns: readonly string[], rows: readonly string[]): string {
  const heads = columns.map((name) => (name === "" ? "<td></td>" : `<th scope="col" class="number">${name}</th>`));
  const head = `<tr><th scope="col" class="number">Rank</th><th scope="col">Code</th>${heads.join("")}</tr>`;
  return `<table aria-label="${text(about)}"><thead>${head}</thead><tbody>\n${rows.join("\n")}\n</tbody></table>`;
}

function placeRow({ rank, code }: Place, cells: string): string {
  return `<tr><td class="number">${rank}</td><th scope="row"><code>${code}</code></th>${cells}</tr>`;
}

/** Differs from `all`, whatever the task's name. */
function anchor(task: string): string {
  return `task-${task}`;
}

function text(plain: string): string {
  return escapeHtml(printable(plain));
}
