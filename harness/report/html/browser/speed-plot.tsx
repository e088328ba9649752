import * as Plot from "@observablehq/plot";
import { printable, shorten } from "../../../text/printable.ts";
import type { AttemptHead, ShapeSpeed } from "../index-data.ts";
import { logTicks } from "./log-ticks.ts";
import { factor } from "./numbers.ts";
import { PlotFigure, plotStyle } from "./plot-figure.tsx";
import { useRun } from "./run-model.ts";

interface Whisker extends ShapeSpeed {
  readonly who: string;
}

const ROW_HEIGHT = 18;

interface SpeedPlotProps {
  readonly attempts: readonly AttemptHead[];
  /** The baseline. */
  readonly against: string;
  /** Smaller differences, as a share, are noise. */
  readonly noiseFloor: number | null;
  /** The ratio that gives all speed points. */
  readonly full: number | null;
}

/** Speed relative to the baseline, with 95 % intervals: a panel for each shape, a line for each candidate. */
export function SpeedPlot({ attempts, against, noiseFloor, full }: SpeedPlotProps) {
  const run = useRun();
  const isOne = attempts.length === 1;
  const sorted = [...attempts].sort((a, b) => b.speed!.mean - a.speed!.mean);
  const name = ({ candidate }: AttemptHead) => printable(run.candidates[candidate]!.name);
  const whiskers: Whisker[] = sorted.flatMap((attempt) =>
    attempt.speed!.shapes.map((shape) => ({ ...shape, who: isOne ? shape.name : name(attempt) })),
  );
  const shapes = [...new Set(whiskers.map((whisker) => whisker.name))];
  const draw = (width: number) => {
    const rows = [...new Set(whiskers.map(({ who }) => who))];
    const labelWidth = Math.min(width * 0.3, 20 + 6.6 * Math.max(...rows.map((row) => Math.min(row.length, 24))));
    const values = whiskers.flatMap(({ low, high, estimate }) => [low, high, estimate]);
    const usable = values.filter((value) => value > 0 && Number.isFinite(value));
    const domain = [Math.min(0.95, ...usable) * 0.97, Math.max(1.05, full ?? 0, ...usable) * 1.03] as const;
    const ticks = logTicks(domain);
    const facet = isOne ? {} : { fx: "name" };
    return Plot.plot({
      width,
      height: 70 + rows.length * (isOne ? 26 : ROW_HEIGHT),
      marginLeft: labelWidth,
      marginRight: 20,
      marginBottom: 40,
      style: plotStyle,
      x: { type: "log", domain },
      y: { domain: rows, label: null, tickSize: 0, tickFormat: (text: string) => shorten(text, 24) },
      ...(isOne ? {} : { fx: { domain: shapes, label: null } }),
      marks: [
        Plot.axisX(ticks, { label: `speed relative to ${against}`, text: (value: number) => `${value}×` }),
        ...(noiseFloor === null
          ? []
          : [
              Plot.rectX([0], {
                x1: Math.max(1 / (1 + noiseFloor), domain[0]),
                x2: Math.min(1 + noiseFloor, domain[1]),
                fill: "var(--neutral-soft)",
              }),
            ]),
        Plot.gridX(ticks),
        Plot.ruleX([1], { stroke: "var(--ink-soft)" }),
        ...(full === null ? [] : [Plot.ruleX([full], { stroke: "var(--ink-soft)", strokeDasharray: "3 3" })]),
        Plot.ruleY(whiskers, { ...facet, y: "who", x1: "low", x2: "high", stroke: "var(--accent)", strokeWidth: 1.5 }),
        Plot.tickX(whiskers, { ...facet, y: "who", x: "low", stroke: "var(--accent)", inset: isOne ? 8 : 5 }),
        Plot.tickX(whiskers, { ...facet, y: "who", x: "high", stroke: "var(--accent)", inset: isOne ? 8 : 5 }),
        Plot.dot(whiskers, {
          ...facet,
          y: "who",
          x: "estimate",
          r: isOne ? 4.5 : 3.5,
          fill: "var(--accent)",
          title: ({ who, estimate, low, high }: Whisker) =>
            `${who}: ${factor(estimate)} (${factor(low)} to ${factor(high)})`,
        }),
      ],
    });
  };
  return (
    <PlotFigure draw={draw} inputs={[attempts]} description={describe(whiskers, against)}>
      Dots are medians, whiskers 95 % intervals. 1× is as fast as {against}
      {noiseFloor !== null && "; differences inside the grey band are noise"}
      {full !== null && `; the dashed line, ${factor(full)}, gives all speed points`}.
    </PlotFigure>
  );
}

function describe(whiskers: readonly Whisker[], against: string): string {
  const parts = whiskers.slice(0, 12).map(({ who, name, estimate, low, high }) => {
    return `${who}${who === name ? "" : `, ${name}`}: ${factor(estimate)} (${factor(low)} to ${factor(high)})`;
  });
  return `Speed relative to ${against}, with 95 % intervals. ${parts.join("; ")}.`;
}
