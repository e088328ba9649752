import * as Plot from "@observablehq/plot";
import { median } from "d3-array";
import { count } from "../../../text/count.ts";
import { points } from "./numbers.ts";
import { PlotFigure, plotStyle } from "./plot-figure.tsx";
import { useRun } from "./run-model.ts";

const BINS = 20;

/** A histogram of points. */
export function MarksPlot() {
  const run = useRun();
  const marks = run.candidates.map((candidate) => candidate.points);
  // Bonus points can exceed the possible ones.
  const most = Math.max(run.max, ...marks);
  const middle = median(marks) ?? 0;
  const draw = (width: number) =>
    Plot.plot({
      width,
      height: 240,
      marginLeft: 36,
      marginBottom: 40,
      style: plotStyle,
      x: { domain: [0, most], label: "points" },
      y: { label: "candidates", tickFormat: "d", interval: 1, grid: true },
      marks: [
        Plot.rectY(countBins(marks, most), {
          x1: "from",
          x2: "to",
          y: "count",
          fill: "var(--accent)",
          insetLeft: 1,
          insetRight: 1,
        }),
        Plot.ruleX([middle], { stroke: "var(--ink)", strokeDasharray: "4 3" }),
        Plot.text([middle], {
          x: (value: number) => value,
          frameAnchor: "top",
          dy: -12,
          text: () => "median",
          fill: "var(--ink)",
        }),
        Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      ],
    });
  const description = `Histogram of the points of ${count(marks.length, "candidate")}; the median is ${points(middle)} of ${most}.`;
  return <PlotFigure draw={draw} inputs={[run]} description={description} />;
}

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The last bin includes the maximum. */
function countBins(marks: readonly number[], most: number): Bin[] {
  const width = Math.max(most, 1) / BINS;
  const place = (value: number) => Math.min(Math.floor(value / width), BINS - 1);
  return Array.from({ length: BINS }, (_, bin) => {
    const inside = marks.filter((value) => place(value) === bin);
    return { from: bin * width, to: (bin + 1) * width, count: inside.length };
  });
}
