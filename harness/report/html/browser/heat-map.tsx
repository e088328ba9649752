import * as Plot from "@observablehq/plot";
import { printable, shorten } from "../../../text/printable.ts";
import type { AttemptHead } from "../index-data.ts";
import { goTo } from "./navigation.ts";
import { points } from "./numbers.ts";
import { labelWidth, PlotFigure, plotStyle } from "./plot-figure.tsx";
import { type RunModel, shownName, useRun } from "./run-model.ts";

const ROW_HEIGHT = 22;
/** The least width of a cell with a sign. */
const SIGN_WIDTH = 14;

/** Every attempt at a glance: a column for each candidate, the best first. */
export function HeatMap() {
  const run = useRun();
  const draw = (width: number) => heatMap(run, width);
  const description = `Heat map of ${run.candidates.length} candidates and ${run.tasks.length} tasks; the table of marks has the same data.`;
  return (
    <PlotFigure draw={draw} inputs={[run]} description={description}>
      One column per candidate, best first. A stronger colour means more points, × no points, and an empty field no
      mark.
    </PlotFigure>
  );
}

function heatMap(run: RunModel, width: number): Element {
  const shown = (name: string) => shorten(name, Math.floor((0.4 * width) / 7));
  const marginLeft = labelWidth(run.tasks.map(({ name }) => shown(name)));
  const cellWidth = (width - marginLeft) / Math.max(run.candidates.length, 1);
  const task = (attempt: AttemptHead) => run.tasks[attempt.task]!.name;
  const share = ({ points, max }: AttemptHead) => (points ?? 0) / Math.max(max, 1e-9);
  const marked = run.attempts.filter(({ points }) => points !== null);
  const none = marked.filter(({ points }) => points === 0);
  const signed = cellWidth >= SIGN_WIDTH ? none : [];
  const plot = Plot.plot({
    width,
    height: 14 + run.tasks.length * ROW_HEIGHT,
    marginLeft,
    marginTop: 4,
    marginBottom: 10,
    marginRight: 0,
    style: plotStyle,
    x: { domain: run.candidates.map((_, place) => place), axis: null, padding: cellWidth > 6 ? 0.08 : 0 },
    y: { domain: run.tasks.map(({ name }) => name), label: null, tickSize: 0, padding: 0.1, tickFormat: shown },
    marks: [
      Plot.frame({ stroke: "var(--line)" }),
      Plot.cell(marked, {
        x: "candidate",
        y: task,
        fill: (attempt: AttemptHead) =>
          `color-mix(in oklab, var(--accent) ${Math.round(6 + 94 * share(attempt))}%, var(--page))`,
        title: (attempt: AttemptHead) => titleOf(run, attempt),
      }),
      Plot.text(signed, { x: "candidate", y: task, text: () => "×", fill: "var(--ink-soft)", pointerEvents: "none" }),
    ],
  });
  plot.addEventListener("click", ({ target }) => {
    // Only cells have titles; the place among its siblings identifies the attempt.
    const cell = (target as Element).closest("rect");
    const place = cell?.parentElement ? [...cell.parentElement.children].indexOf(cell) : -1;
    const attempt = cell?.querySelector("title") ? marked[place] : undefined;
    if (attempt === undefined) return;
    goTo({ view: "attempt", candidate: run.candidates[attempt.candidate]!.name, task: task(attempt) });
  });
  return plot;
}

function titleOf(run: RunModel, attempt: AttemptHead): string {
  const task = run.tasks[attempt.task]!;
  const name = shownName(run.candidates[attempt.candidate]!);
  return `${printable(name)}, ${task.name}\n${attempt.verdict}, ${points(attempt.points)} of ${attempt.max}`;
}
