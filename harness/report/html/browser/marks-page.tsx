import { median } from "d3-array";
import { useMemo } from "preact/hooks";
import { count } from "../../../text/count.ts";
import { printable } from "../../../text/printable.ts";
import { HeatMap } from "./heat-map.tsx";
import { Leaderboard } from "./leaderboard.tsx";
import { MarksPlot } from "./marks-plot.tsx";
import { NeedsPerson } from "./needs-person.tsx";
import { points, time } from "./numbers.ts";
import { type RunModel, useRun } from "./run-model.ts";
import { acceptedFigure, type Figure, heldFigures, Tiles } from "./tiles.tsx";

export function MarksPage({ query }: { readonly query: Readonly<Record<string, string>> }) {
  const run = useRun();
  return (
    <>
      <section class="lead">
        <h1 tabIndex={-1}>
          <span class="foreign">{printable(run.run.title)}</span>
        </h1>
        <p class="soft">
          Graded {time(run.run.startedAt)} on {run.run.adapter}
        </p>
        <RunNotes />
      </section>
      <NeedsPerson />
      <Tiles figures={useMemo(() => summaryFigures(run), [run])} />
      <Leaderboard key={JSON.stringify(query)} query={query} />
      <section class="side-by-side">
        <section>
          <h2>Distribution of marks</h2>
          <MarksPlot />
        </section>
        <section>
          <h2>Candidates and tasks</h2>
          <HeatMap />
        </section>
      </section>
    </>
  );
}

function RunNotes() {
  const { state, isPractice, adapterKind, countsSoftwareSpeed } = useRun().run;
  const notes: string[] = [];
  if (state === "running") notes.push("The run is not finished: results may be missing.");
  if (state === "stopped") notes.push("The run was stopped early: some submissions are not graded.");
  if (isPractice) notes.push("Practice run: marks are indicative.");
  if (adapterKind === "software" && !countsSoftwareSpeed) {
    notes.push("Software adapter: speed is indicative, and gives no points.");
  }
  return notes.map((note) => (
    <p key={note} class="note">
      {note}
    </p>
  ));
}

function summaryFigures({ candidates, attempts, tasks, max }: RunModel): Figure[] {
  const submitted = attempts.filter(({ verdict }) => verdict !== "missing").length;
  const middle = median(candidates, (candidate) => candidate.points);
  return [
    { name: "Candidates", value: String(candidates.length), more: count(tasks.length, "task") },
    { name: "Submitted", value: String(submitted), more: `of ${candidates.length * tasks.length}` },
    acceptedFigure(attempts),
    {
      name: "Median",
      value: middle === undefined ? "–" : points(middle),
      more: `of ${count(max, "point")}`,
    },
    ...heldFigures(attempts),
  ];
}
