import type { Refusal } from "../../results/case-result.ts";
import type { Measured, ShapeMeasurement, StoppedBy } from "../../results/measurement.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap } from "../../text/wrap.ts";
import { evidenceText } from "./evidence-text.ts";
import { BOUNDS_HEADING, findingsText } from "./findings-text.ts";
import { colorVerdict, verdictWords } from "./verdict-words.ts";

/** The measured kernel and its adapter. */
export interface MeasurementHead {
  readonly task: string;
  /** The candidate: a file, or `tuned`. */
  readonly title: string;
  readonly adapter: string;
  readonly kind: "hardware" | "software";
}

/** A measurement, for a terminal. */
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

/** Sizes given by --shape are named once: they are too wide for the tables. */
function onShape(shapes: readonly ShapeMeasurement[]): string {
  const given = shapes.find(({ name }) => name.includes("="));
  return given === undefined ? "On" : `Shape ${given.name}, on`;
}

function shortName({ name }: ShapeMeasurement): string {
  return name.includes("=") ? "given" : name;
}

/** The name of the baseline in a sentence; if it is a file, the heading names it. `v2` is an earlier version. */
export function yardstickWords(against: string): string {
  return against === "plain" || against === "tuned" || /^v\d+$/.test(against) ? against : "the other";
}

/** The reason for not measuring a kernel. */
export function refusalText(refusal: Refusal, who: string, task: string, style: TextStyle): string {
  const { colors, width } = style;
  const { verdict, message, evidence } = refusal;
  const headline = `${colors.bold(colorVerdict(verdict, colors))}, ${verdictWords[verdict]}`;
  const parts = [
    wrap(headline, width, `${colors.bold(printable(task))}, ${printable(who)}: `, "  "),
    wrap(printable(message), width),
  ];
  if (evidence !== null) parts.push(evidenceText(evidence, style));
  parts.push(wrap("Not measured: only accepted kernels are timed.", width));
  return parts.join("\n\n");
}

/**
 * `1.80x as fast as plain`; `no difference found` if the interval contains 1; `cannot be told` if it does not, but the
 * difference is no larger than the noise floor (the baseline against itself).
 */
export function speedWords(
  { speedup: { estimate, low, high }, noiseFloor }: ShapeMeasurement,
  against: string,
): string {
  if (low <= 1 && high >= 1) return "no difference found";
  const noise = Math.max(Math.abs(Math.log(noiseFloor.low)), Math.abs(Math.log(noiseFloor.high)));
  if (Math.abs(Math.log(estimate)) <= noise) return "cannot be told";
  return `${factor(estimate)}x as fast as ${yardstickWords(against)}`;
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
  const header = ["shape", "caches", "GB/s", "GFLOP/s", "of roofline", "samples", "stopped by"];
  const rows = shapes.map((shape) => [
    shortName(shape),
    shape.caches ?? "",
    significant(shape.bytes / shape.candidateNs),
    significant(shape.flops / shape.candidateNs),
    shape.isImplausible ? `${percent(shape.rooflineShare)} (!)` : percent(shape.rooflineShare),
    String(shape.samples.length),
    stopWords[shape.stoppedBy],
  ]);
  return table(header, rows, ["left", "left", "right", "right", "right", "right", "left"], colors.bold);
}

const stopWords: Readonly<Record<StoppedBy, string>> = {
  precision: "interval within ±0.5 %",
  budget: "budget used up",
  "most-samples": "sample limit",
};

function conclusions(
  { shapes, against, speedup, isImplausible, clock }: Measured,
  { kind }: MeasurementHead,
): string[] {
  const texts: string[] = [];
  if (shapes.length > 1) {
    texts.push(`Over these shapes: ${factor(speedup)}x as fast as ${yardstickWords(against)} (geometric mean).`);
  }
  const few = shapes.filter(({ samples }) => samples.length < 10).map(shortName);
  if (few.length > 0) {
    const shortage = `fewer than ten samples on ${new Intl.ListFormat("en-GB").format(few)}`;
    texts.push(`The budget is too short for this kernel: ${shortage} make a wide interval. Raise --budget.`);
  }
  const floor = Math.max(...shapes.map(({ noiseFloor: { low, high } }) => Math.max(1 - low, high - 1)));
  texts.push(`Noise floor (${yardstickWords(against)} against itself): ${percent(floor)}; ignore smaller differences.`);
  if (clock === "wall-clock") {
    texts.push(
      "The wall clock includes the overhead of Dawn and the driver for each run, so short kernels look more alike than they are.",
    );
  }
  if (isImplausible) {
    texts.push(
      "(!) Implausible: faster than this adapter copied memory or multiplied and added. Check whether the kernel skips work.",
    );
  }
  if (kind === "software") {
    texts.push("Software adapter: the figures are indicative; a GPU may rank kernels differently.");
  }
  return texts;
}

const BINS = 40;
const BLOCKS = " ▁▂▃▄▅▆▇█";

/** Histograms of the paired ratios; the outer bins include those beyond the middle 98 %. */
function histograms({ shapes, against }: Measured, { colors }: TextStyle): string {
  const width = Math.max(...shapes.map((shape) => shortName(shape).length));
  const lines = shapes.map((shape) => {
    const ratios = shape.samples.map(([candidate, yardstick]) => yardstick / candidate).sort((a, b) => a - b);
    const low = ratios[Math.floor(0.01 * ratios.length)]!;
    const high = ratios[Math.ceil(0.99 * ratios.length) - 1]!;
    const ends = [cell(`${factor(low)}x`, 8, "right"), `${factor(high)}x`] as const;
    return `${cell(shortName(shape), width)}  ${ends[0]} ${colors.cyan(bars(ratios, low, high))} ${ends[1]}`;
  });
  return [colors.bold(`Samples (speed relative to ${yardstickWords(against)})`), ...lines].join("\n");
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

/** A table with a heading. */
export function table(
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

/** Three decimals below 10, one below 100: 0.987, 1.803, 12.4. */
export function factor(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

export function duration(nanoseconds: number): string {
  if (nanoseconds >= 1e9) return `${significant(nanoseconds / 1e9)} s`;
  if (nanoseconds >= 1e6) return `${significant(nanoseconds / 1e6)} ms`;
  return `${significant(nanoseconds / 1e3)} µs`;
}

export function significant(value: number): string {
  if (value >= 10) return value >= 100 ? value.toFixed(0) : value.toFixed(1);
  if (value >= 0.1 || value === 0) return value.toFixed(2);
  return value < 0.001 ? "< 0.001" : value.toPrecision(2);
}

export function percent(share: number): string {
  return `${share >= 0.1 ? Math.round(100 * share) : (100 * share).toFixed(2)} %`;
}
