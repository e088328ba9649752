import * as Plot from "@observablehq/plot";
import type { ShapeDetail } from "../index-data.ts";
import { factor } from "./numbers.ts";
import { PlotFigure, plotStyle } from "./plot-figure.tsx";

/** How the samples' ratios are spread: a line for each of 41 quantiles (or for each sample, where they are few). */
export function SamplesPlot({
  shapes,
  against,
}: {
  readonly shapes: readonly ShapeDetail[];
  readonly against: string;
}) {
  const ticks = shapes.flatMap(({ name, quantiles }) => quantiles.map((ratio) => ({ name, ratio })));
  const draw = (width: number) =>
    Plot.plot({
      width,
      height: 50 + 26 * shapes.length,
      marginLeft: 70,
      marginRight: 20,
      style: plotStyle,
      x: {
        type: "log",
        label: `times as fast as ${against}`,
        ticks: 6,
        tickFormat: (value: number) => `${value}×`,
        grid: true,
      },
      y: { domain: shapes.map(({ name }) => name), label: null, tickSize: 0 },
      marks: [Plot.tickX(ticks, { x: "ratio", y: "name", stroke: "var(--accent)", strokeOpacity: 0.7, inset: 3 })],
    });
  const told = shapes.map(({ name, quantiles }) => `${name}: ${factor(quantiles[0]!)} to ${factor(quantiles.at(-1)!)}`);
  return (
    <PlotFigure draw={draw} inputs={[shapes]} description={`Spread of the samples. ${told.join("; ")}.`}>
      Spread of the samples: each line is one of {Math.max(...shapes.map(({ quantiles }) => quantiles.length))}{" "}
      quantiles.
    </PlotFigure>
  );
}
