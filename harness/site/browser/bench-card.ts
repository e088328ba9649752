import { factor, percent } from "../../report/html/browser/numbers.ts";
import { escapeHtml } from "../../report/html/escape.ts";
import { printable, shorten } from "../../text/printable.ts";
import type { BenchShape, BenchSummary } from "./versions.ts";

/** A measurement to show to others: adapter, browser, ratio and intervals. */
export interface Card {
  readonly text: string;
  /** An SVG document. */
  readonly picture: string;
  readonly width: number;
  readonly height: number;
}

const WIDTH = 640;
const ROW_HEIGHT = 34;
const FIRST_ROW = 150;
const AXIS = { left: 110, right: 430 } as const;
const LONGEST_LINE = 70;
const COLOURS = { page: "#ffffff", ink: "#14181d", soft: "#56606b", line: "#c3cad3", accent: "#0a58a8" } as const;

export function benchCard(title: string, summary: BenchSummary): Card {
  const height = FIRST_ROW + ROW_HEIGHT * summary.shapes.length + 50;
  return { text: cardText(title, summary), picture: picture(title, summary, height), width: WIDTH, height };
}

function cardText(title: string, { against, adapter, browser, clock, speedup, shapes }: BenchSummary): string {
  return [
    `${title}: ${factor(speedup)} the speed of Kernelmark's ${against} kernel`,
    ...shapes.map((shape) => `${shape.name}: ${shapeWords(shape)}`),
    `${printable(adapter)}, ${browser}, ${clockWords(clock)}`,
  ].join("\n");
}

function shapeWords({ estimate, low, high, rooflineShare }: BenchShape): string {
  return `${factor(estimate)} (95 %: ${factor(low)} to ${factor(high)}), ${percent(rooflineShare)} of the roofline`;
}

function clockWords(clock: BenchSummary["clock"]): string {
  return clock === "timestamps" ? "GPU timestamps" : "wall clock";
}

/** Light in every page: it is shown elsewhere. */
function picture(title: string, summary: BenchSummary, height: number): string {
  const { against, adapter, browser, clock, speedup, shapes } = summary;
  const values = shapes.flatMap(({ low, high }) => [low, high]).filter((value) => value > 0);
  const [least, most] = [Math.min(0.9, ...values) * 0.95, Math.max(1.1, ...values) * 1.05];
  const across = (value: number) =>
    AXIS.left + ((AXIS.right - AXIS.left) * Math.log(Math.max(value, least) / least)) / Math.log(most / least);
  const place = shorten(`${printable(adapter)} · ${browser} · ${clockWords(clock)}`, LONGEST_LINE);
  const bottom = FIRST_ROW + ROW_HEIGHT * shapes.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif">`,
    `<rect width="100%" height="100%" fill="${COLOURS.page}"/>`,
    textAt(24, 40, 20, COLOURS.ink, shorten(title, 50), "600"),
    textAt(24, 92, 40, COLOURS.accent, factor(speedup), "650"),
    textAt(170, 92, 16, COLOURS.soft, `the speed of the ${against} kernel`),
    textAt(24, 122, 13, COLOURS.soft, place),
    `<line x1="${round(across(1))}" x2="${round(across(1))}" y1="${FIRST_ROW - 10}" y2="${bottom}" stroke="${COLOURS.line}"/>`,
    textAt(across(1) - 6, bottom + 16, 12, COLOURS.soft, "1×"),
    ...shapes.flatMap((shape, row) => whisker(shape, FIRST_ROW + ROW_HEIGHT * (row + 0.5), across)),
    textAt(24, height - 14, 12, COLOURS.soft, "Kernelmark. Dots are medians, whiskers 95 % intervals."),
    "</svg>",
  ].join("\n");
}

function whisker({ name, estimate, low, high }: BenchShape, y: number, across: (value: number) => number): string[] {
  const stroke = `stroke="${COLOURS.accent}" stroke-width="2"`;
  const [x1, x2] = [round(across(low)), round(across(high))];
  return [
    textAt(24, y + 4, 13, COLOURS.ink, shorten(name, 12)),
    `<line x1="${x1}" x2="${x2}" y1="${y}" y2="${y}" ${stroke}/>`,
    ...[x1, x2].map((x) => `<line x1="${x}" x2="${x}" y1="${y - 5}" y2="${y + 5}" ${stroke}/>`),
    `<circle cx="${round(across(estimate))}" cy="${y}" r="5" fill="${COLOURS.accent}"/>`,
    textAt(AXIS.right + 20, y + 4, 13, COLOURS.ink, `${factor(estimate)} (${factor(low)} to ${factor(high)})`),
  ];
}

function textAt(x: number, y: number, size: number, fill: string, text: string, weight = "400"): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escapeHtml(text)}</text>`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
