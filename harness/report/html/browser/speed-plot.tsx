import * as Plot from "@observablehq/plot";
import { printable, shorten } from "../../../text/printable.ts";
import type { AttemptHead, ShapeSpeed } from "../index-data.ts";
import { logTicks } from "./log-ticks.ts";
import { factor } from "./numbers.ts";
import { LABEL_GAP, labelWidth, PlotFigure, plotStyle, SYMBOLS } from "./plot-figure.tsx";
import { shownName, useRun } from "./run-model.ts";

interface Whisker extends ShapeSpeed {
  /** The line's place, from the top. */
  readonly row: number;
  readonly who: string;
}

const ROW_HEIGHT = 18;
/** Lines of one attempt, which are few. */
const TALL_ROW_HEIGHT = 26;
/** The lines of all candidates together: less than a screen. */
const MOST_HEIGHT = 720;
/** The same of one panel, if panels are below each other. */
const MOST_PANEL_HEIGHT = 220;
/** Lines that are closer have no names. */
const NAMED_ROW_HEIGHT = 13;
/** From this width on, panels are next to each other. */
const WIDE = 640;
const LONGEST_NAME = 24;

interface SpeedPlotProps {
  readonly attempts: readonly AttemptHead[];
  /** The baseline. */
  readonly against: string;
  /** Smaller differences, as a share, are noise. */
  readonly noiseFloor: number | null;
  /** The ratio that gives all speed points. */
  readonly full: number | null;
}

/**
 * Speed relative to the baseline, with 95 % intervals: a line for each candidate, a panel for each shape. If there is no
 * room for panels, shapes have symbols; if there is no room for names, the lines form a curve.
 */
export function SpeedPlot({ attempts, against, noiseFloor, full }: SpeedPlotProps) {
  const run = useRun();
  const isOne = attempts.length === 1;
  const sorted = [...attempts].sort((a, b) => b.speed!.mean - a.speed!.mean);
  const whiskers: Whisker[] = sorted.flatMap(({ candidate, speed }, row) =>
    speed!.shapes.map((shape, place) => {
      if (isOne) return { ...shape, row: place, who: shape.name };
      return { ...shape, row, who: printable(shownName(run.candidates[candidate]!)) };
    }),
  );
  const names = new Map(whiskers.map(({ row, who }) => [row, who]));
  const shapes = [...new Set(whiskers.map(({ name }) => name))];
  const isNamed = isOne || MOST_HEIGHT / names.size >= NAMED_ROW_HEIGHT;
  const draw = (width: number) => {
    const panels = isOne ? "one" : width >= WIDE ? "across" : isNamed ? "one" : "down";
    const most = panels === "down" ? MOST_PANEL_HEIGHT : MOST_HEIGHT;
    const rowHeight = isOne ? TALL_ROW_HEIGHT : Math.min(ROW_HEIGHT, most / names.size);
    const nameChars = isNamed ? Math.min(LONGEST_NAME, Math.floor((0.34 * width) / 7)) : 0;
    const shown = (row: number) => shorten(names.get(row)!, nameChars);
    const margins = {
      marginLeft: isNamed ? labelWidth([...names.keys()].map(shown)) : 12,
      marginRight: panels === "down" ? 64 : 20,
    };
    const panelWidth =
      (width - margins.marginLeft - margins.marginRight) / (panels === "across" ? Math.max(shapes.length, 1) : 1);
    const values = whiskers.flatMap(({ low, high, estimate }) => [low, high, estimate]);
    const usable = values.filter((value) => value > 0 && Number.isFinite(value));
    const domain = [Math.min(0.95, ...usable) * 0.97, Math.max(1.05, full ?? 0, ...usable) * 1.03] as const;
    const ticks = logTicks(domain, panelWidth, LABEL_GAP);
    const facet = panels === "across" ? { fx: "name" } : panels === "down" ? { fy: "name" } : {};
    const hasSymbols = panels === "one" && !isOne && shapes.length > 1;
    const hasCaps = isNamed && !hasSymbols;
    const line = { ...facet, y: "row", stroke: "var(--accent)" };
    return Plot.plot({
      width,
      height: 70 + rowHeight * names.size * (panels === "down" ? shapes.length : 1),
      ...margins,
      marginBottom: 40,
      style: plotStyle,
      x: { type: "log", domain },
      y: { domain: [...names.keys()], axis: isNamed ? "left" : null, label: null, tickSize: 0, tickFormat: shown },
      ...(panels === "across" ? { fx: { domain: shapes, label: null } } : {}),
      ...(panels === "down" ? { fy: { domain: shapes, label: null, axis: "right" } } : {}),
      ...(hasSymbols ? { symbol: { domain: shapes, range: SYMBOLS, legend: true } } : {}),
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
        Plot.ruleY(whiskers, { ...line, x1: "low", x2: "high", strokeWidth: Math.min(1.5, rowHeight) }),
        ...(hasCaps ? ["low", "high"].map((x) => Plot.tickX(whiskers, { ...line, x, inset: isOne ? 8 : 5 })) : []),
        Plot.dot(whiskers, {
          ...facet,
          y: "row",
          x: "estimate",
          r: isOne ? 4.5 : isNamed ? 3.5 : 1.5,
          ...(hasSymbols
            ? { symbol: "name", stroke: "var(--accent)", fill: "color-mix(in oklab, var(--accent) 25%, transparent)" }
            : { fill: "var(--accent)" }),
          title: ({ who, name, estimate, low, high }: Whisker) =>
            `${who}${who === name ? "" : `, ${name}`}: ${factor(estimate)} (${factor(low)} to ${factor(high)})`,
        }),
      ],
    });
  };
  return (
    <PlotFigure draw={draw} inputs={[attempts]} description={describe(whiskers, against)}>
      {isNamed ? "Dots are medians, whiskers 95 % intervals. " : "One dot per candidate, the fastest on top. "}
      1× is as fast as {against}
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
