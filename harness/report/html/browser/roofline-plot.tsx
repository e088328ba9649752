import * as Plot from "@observablehq/plot";
import { printable } from "../../../text/printable.ts";
import type { AttemptHead } from "../index-data.ts";
import { logTicks } from "./log-ticks.ts";
import { percent, threeDigits } from "./numbers.ts";
import { LABEL_GAP, LINE_GAP, labelWidth, PlotFigure, plotStyle, SYMBOLS } from "./plot-figure.tsx";
import { roofLine, roofOf, type WorkPoint, workPoints } from "./roofline.ts";
import { shownName, useRun } from "./run-model.ts";

const HEIGHT = 310;
const MARGIN_TOP = 30;
const MARGIN_RIGHT = 24;
const MARGIN_BOTTOM = 40;

/** Operations per second against operations per byte, below the roof of the adapter's measured peaks. */
export function RooflinePlot({ attempts }: { readonly attempts: readonly AttemptHead[] }) {
  const run = useRun();
  const names = run.candidates.map((candidate) => printable(shownName(candidate)));
  const points = workPoints(attempts, names);
  const { roofline } = run.run;
  if (points.length === 0 || roofline === null) return null;
  const shapes = [...new Set(points.map(({ shape }) => shape))];
  const draw = (width: number) => {
    const intensities = points.map(({ intensity }) => intensity);
    const roof = roofOf(roofline, points);
    const ridge = roof.flopsPerNs / roof.bytesPerNs;
    const domain = [
      Math.min(ridge / 2, ...intensities.map((value) => value / 2)),
      Math.max(ridge * 2, ...intensities.map((value) => value * 2)),
    ] as const;
    const roofs = roofLine(roof, domain);
    const rates = [...points.map(({ rate }) => rate), ...roofs.map(({ rate }) => rate)];
    const rateDomain = [Math.min(...rates) / 1.6, Math.max(...rates) * 1.8] as const;
    const up = logTicks(rateDomain, HEIGHT - MARGIN_TOP - MARGIN_BOTTOM, LINE_GAP);
    const marginLeft = labelWidth(up.map(plainNumber));
    const across = logTicks(domain, width - marginLeft - MARGIN_RIGHT, LABEL_GAP);
    return Plot.plot({
      width,
      height: HEIGHT,
      marginLeft,
      marginRight: MARGIN_RIGHT,
      marginTop: MARGIN_TOP,
      marginBottom: MARGIN_BOTTOM,
      style: plotStyle,
      x: { type: "log", domain },
      y: { type: "log", domain: rateDomain },
      symbol: {
        domain: shapes,
        range: SYMBOLS,
        legend: shapes.length > 1,
      },
      marks: [
        Plot.gridX(across),
        Plot.gridY(up),
        Plot.axisX(across, { label: "operations/byte", text: plainNumber }),
        Plot.axisY(up, { label: "GFLOP/s", text: plainNumber }),
        Plot.line(roofs, { x: "intensity", y: "rate", stroke: "var(--ink)", strokeWidth: 1.5 }),
        Plot.dot(points, {
          x: "intensity",
          y: "rate",
          symbol: "shape",
          stroke: "var(--accent)",
          fill: "color-mix(in oklab, var(--accent) 25%, transparent)",
          r: 4.5,
          title: ({ who, shape, rate, share }: WorkPoint) =>
            `${who}, ${shape}: ${threeDigits(rate)} GFLOP/s, ${percent(share)} of the roofline`,
        }),
      ],
    });
  };
  return (
    <PlotFigure draw={draw} inputs={[attempts]} description={describe(points)}>
      The line is the roof: this adapter's measured peaks for copying, and for multiplying and adding.
    </PlotFigure>
  );
}

function plainNumber(value: number): string {
  return value >= 1 ? value.toLocaleString("en") : String(value);
}

function describe(points: readonly WorkPoint[]): string {
  const parts = points.slice(0, 12).map(({ who, shape, rate, share }) => {
    return `${who}, ${shape}: ${threeDigits(rate)} GFLOP/s, ${percent(share)} of the roofline`;
  });
  return `Roofline plot. ${parts.join("; ")}.`;
}
