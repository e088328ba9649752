import * as Plot from "@observablehq/plot";
import type { ShapeDetail } from "../index-data.ts";
import { logTicks } from "./log-ticks.ts";
import { factor } from "./numbers.ts";
import { LABEL_GAP, labelWidth, PlotFigure, plotStyle } from "./plot-figure.tsx";

/** The distribution of the samples' ratios: a line for each of 21 quantiles (or for each sample, if they are few). */
export function SamplesPlot({
  shapes,
  against,
}: {
  readonly shapes: readonly ShapeDetail[];
  readonly against: string;
}) {
  const ticks = shapes.flatMap(({ name, quantiles }) => quantiles.map((ratio) => ({ name, ratio })));
  const ratios = ticks.map(({ ratio }) => ratio);
  const domain = [Math.min(...ratios) * 0.98, Math.max(...ratios) * 1.02] as const;
  const draw = (width: number) => {
    const margins = { marginLeft: labelWidth(shapes.map(({ name }) => name)), marginRight: 24 };
    const across = logTicks(domain, width - margins.marginLeft - margins.marginRight, LABEL_GAP);
    return Plot.plot({
      width,
      height: 60 + 26 * shapes.length,
      ...margins,
      marginBottom: 40,
      style: plotStyle,
      x: { type: "log", domain },
      y: { domain: shapes.map(({ name }) => name), label: null, tickSize: 0 },
      marks: [
        Plot.gridX(across),
        Plot.axisX(across, { label: `speed relative to ${against}`, text: (value: number) => `${value}×` }),
        Plot.tickX(ticks, { x: "ratio", y: "name", stroke: "var(--accent)", strokeOpacity: 0.7, inset: 3 }),
      ],
    });
  };
  const parts = shapes.map(
    ({ name, quantiles }) => `${name}: ${factor(quantiles[0]!)} to ${factor(quantiles.at(-1)!)}`,
  );
  return (
    <PlotFigure draw={draw} inputs={[shapes]} description={`Spread of the samples. ${parts.join("; ")}.`}>
      Spread of the samples: each line is one of {Math.max(...shapes.map(({ quantiles }) => quantiles.length))}{" "}
      quantiles.
    </PlotFigure>
  );
}
