import type { Refusal } from "../../results/case-result.ts";
import type { Interval, Measured, ShapeMeasurement, StoppedBy } from "../../results/measurement.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap } from "../../text/wrap.ts";
import { evidenceText } from "./evidence-text.ts";
import { BOUNDS_HEADING, findingsText } from "./findings-text.ts";
import { colorVerdict, verdictWords } from "./verdict-words.ts";

/** What was measured, and where. */
export interface MeasurementHead {
  readonly task: string;
  /** The candidate: a file, or `tuned`. */
  readonly title: string;
  readonly adapter: string;
  readonly kind: "hardware" | "software";
}

/** All that there is to tell about a measurement, for a terminal. */
export function measurementText(measured: Measured, head: MeasurementHead, style: TextStyle): string {
  const { colors, width } = style;
  const { shapes, clock } = measured;
  const clockWords =
    clock === "timestamps" ? "timed by the GPU's timestamps" : "timed by the wall clock around each submit";
  const parts = [
    `${colors.bold(printable(head.task))}: ${printable(head.title)} against ${printable(measured.against)}`,
    wrap(`${onShape(shapes)} ${printable(head.adapter)}, ${clockWords}.`, width),
    speedTable(measured, style),
    workTable(measured, style),
    findingsText(measured.findings, style, BOUNDS_HEADING),
    histograms(measured, style),
    ...conclusions(measured, head).map((text) => wrap(text, width)),
  ];
  return parts.filter((part) => part !== undefined).join("\n\n");
}

/** Sizes that were given are said once: in tables they would take too much room. */
function onShape(shapes: readonly ShapeMeasurement[]): string {
  const given = shapes.find(({ name }) => name.includes("="));
  return given === undefined ? "On" : `Shape ${given.name}, on`;
}

function shortName({ name }: ShapeMeasurement): string {
  return name.includes("=") ? "given" : name;
}

/** What the yardstick is called in a sentence; the heading says which file it is. */
export function yardstickWords(against: string): string {
  return against === "plain" || against === "tuned" ? against : "the other";
}

/** Why a kernel was not measured. */
export function refusalText(refusal: Refusal, who: string, task: string, style: TextStyle): string {
  const { colors, width } = style;
  const { verdict, message, evidence } = refusal;
  const headline = `${colors.bold(colorVerdict(verdict, colors))}, ${verdictWords[verdict]}`;
  const parts = [
    wrap(headline, width, `${colors.bold(printable(task))}, ${printable(who)}: `, "  "),
    wrap(printable(message), width),
  ];
  if (evidence !== null) parts.push(evidenceText(evidence, style));
  parts.push(wrap("It was not measured: a time says nothing where the results are not right.", width));
  return parts.join("\n\n");
}

/** `1.80x as fast as plain`, or that there is no difference to be seen. */
export function speedWords({ speedup, noiseFloor }: ShapeMeasurement, against: string): string {
  return isDifferent(speedup, noiseFloor)
    ? `${factor(speedup.estimate)}x as fast as ${yardstickWords(against)}`
    : `no difference from ${yardstickWords(against)}`;
}

/** A difference counts if its interval excludes 1, and if it is larger than the yardstick's from itself. */
function isDifferent({ estimate, low, high }: Interval, floor: Interval): boolean {
  const noise = Math.max(Math.abs(Math.log(floor.low)), Math.abs(Math.log(floor.high)));
  return (low > 1 || high < 1) && Math.abs(Math.log(estimate)) > noise;
}

function speedTable({ shapes, against }: Measured, { colors }: TextStyle): string {
  const header = ["shape", "time", `${yardstickWords(against)}'s time`, "speed", "95 % interval"];
  const rows = shapes.map((shape) => [
    shortName(shape),
    duration(shape.candidateNs),
    duration(shape.yardstickNs),
    speedWords(shape, against),
    `${factor(shape.speedup.low)}x to ${factor(shape.speedup.high)}x`,
  ]);
  return table(header, rows, ["left", "right", "right", "left", "left"], colors.bold);
}

function workTable({ shapes }: Measured, { colors }: TextStyle): string {
  const header = ["shape", "GB/s", "GFLOP/s", "of roofline", "samples", "stopped by"];
  const rows = shapes.map((shape) => [
    shortName(shape),
    significant(shape.bytes / shape.candidateNs),
    significant(shape.flops / shape.candidateNs),
    shape.isImplausible ? `${percent(shape.rooflineShare)} (!)` : percent(shape.rooflineShare),
    String(shape.samples.length),
    stopWords[shape.stoppedBy],
  ]);
  return table(header, rows, ["left", "right", "right", "right", "right", "left"], colors.bold);
}

const stopWords: Readonly<Record<StoppedBy, string>> = {
  precision: "interval within ±0.5 %",
  budget: "end of the budget",
  "most-samples": "most samples kept",
};

function conclusions(
  { shapes, against, speedup, isImplausible, clock }: Measured,
  { kind }: MeasurementHead,
): string[] {
  const texts: string[] = [];
  if (shapes.length > 1) {
    texts.push(`Over these shapes it is ${factor(speedup)}x as fast as ${yardstickWords(against)} (geometric mean).`);
  }
  const few = shapes.filter(({ samples }) => samples.length < 10).map(shortName);
  if (few.length > 0) {
    const shortage = `fewer than ten samples on ${few.join(" and ")}`;
    texts.push(
      `The kernel is too slow for the budget: ${shortage}, so that the interval is wide. Give it more with --budget.`,
    );
  }
  const floor = Math.max(...shapes.map(({ noiseFloor: { low, high } }) => Math.max(1 - low, high - 1)));
  texts.push(
    `${capital(yardstickWords(against))} against itself differs by up to ${percent(floor)} here: less is no difference.`,
  );
  if (clock === "wall-clock") {
    texts.push(
      "The wall clock also counts what Dawn and the driver do for each run: short kernels look more alike than they are.",
    );
  }
  if (isImplausible) {
    texts.push(
      "(!) Faster than this adapter was seen to copy memory or to multiply and add: implausible, and worth a look at what the kernel leaves out.",
    );
  }
  if (kind === "software") {
    texts.push("This is a software adapter: the figures are indicative, and a GPU may order kernels differently.");
  }
  return texts;
}

const BINS = 40;
const BLOCKS = " ▁▂▃▄▅▆▇█";

/** How the paired ratios are spread; those beyond the middle 98 % are in the outer bins. */
function histograms({ shapes, against }: Measured, { colors }: TextStyle): string {
  const width = Math.max(...shapes.map((shape) => shortName(shape).length));
  const lines = shapes.map((shape) => {
    const ratios = shape.samples.map(([candidate, yardstick]) => yardstick / candidate).sort((a, b) => a - b);
    const low = ratios[Math.floor(0.01 * ratios.length)]!;
    const high = ratios[Math.ceil(0.99 * ratios.length) - 1]!;
    const ends = [cell(`${factor(low)}x`, 8, "right"), `${factor(high)}x`] as const;
    return `${cell(shortName(shape), width)}  ${ends[0]} ${colors.cyan(bars(ratios, low, high))} ${ends[1]}`;
  });
  return [colors.bold(`Samples, times as fast as ${yardstickWords(against)}`), ...lines].join("\n");
}

function bars(ratios: readonly number[], low: number, high: number): string {
  const counts = new Array<number>(BINS).fill(0);
  for (const ratio of ratios) {
    const place = high > low ? Math.floor(((ratio - low) / (high - low)) * BINS) : BINS / 2;
    counts[Math.min(BINS - 1, Math.max(0, place))]!++;
  }
  const most = Math.max(...counts);
  return counts.map((count) => BLOCKS[Math.ceil((count / most) * (BLOCKS.length - 1))]).join("");
}

function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[],
  emphasize: (text: string) => string,
): string {
  const widths = header.map((text, column) => Math.max(text.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((text, column) => cell(text, widths[column]!, align[column]!))
      .join("  ")
      .trimEnd();
  return [emphasize(line(header)), ...rows.map(line)].join("\n");
}

/** Three digits behind the point where they say something: 0.987, 1.803, 12.4. */
export function factor(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

export function duration(nanoseconds: number): string {
  if (nanoseconds >= 1e9) return `${significant(nanoseconds / 1e9)} s`;
  if (nanoseconds >= 1e6) return `${significant(nanoseconds / 1e6)} ms`;
  return `${significant(nanoseconds / 1e3)} µs`;
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function percent(share: number): string {
  return `${share >= 0.1 ? Math.round(100 * share) : (100 * share).toFixed(2)} %`;
}

function capital(text: string): string {
  return text.replace(/^./, (first) => first.toUpperCase());
}
