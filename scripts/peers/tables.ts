import { median } from "../../harness/measure/interval.ts";
import {
  BUILT_IN_NAMES,
  type Measured,
  type MeasuredContestant,
  type MeasuredShape,
  peerRatio,
  stateOf,
  TUNED,
} from "./measured.ts";

export const HEADINGS = ["task", "shape", "plain, ms", "tuned, ms", "peers, ms", "fastest peer / tuned", "of roofline"];

/** A row for each shape, for the terminal and for pages. */
export function rowsOf(shapes: readonly MeasuredShape[]): string[][] {
  return shapes.map((one) => {
    const [plain, tuned] = BUILT_IN_NAMES.map((name) => one.contestants.find((contestant) => contestant.name === name));
    const peers = one.contestants.filter(({ name }) => !BUILT_IN_NAMES.includes(name));
    return [
      one.task,
      one.shape,
      plain === undefined ? "–" : timeText(plain),
      tuned === undefined ? "–" : timeText(tuned),
      peers.map((peer) => `${peer.name} ${timeText(peer)}`).join("; ") || "–",
      ratioText(one),
      shareText(one),
    ];
  });
}

/** The median time, or why it does not count. */
function timeText(contestant: MeasuredContestant): string {
  const { relativeError, timesMs, failure } = contestant;
  const state = stateOf(contestant);
  if (state === "failed") return `failed (${failure})`;
  if (state === "wrong") return `wrong (relative error ${relativeError?.toPrecision(2) ?? "not a number"})`;
  return timesMs.length === 0 ? "–" : milliseconds(median(timesMs));
}

function ratioText(one: MeasuredShape): string {
  const ratio = peerRatio(one);
  if (ratio === undefined) return "–";
  const [estimate, low, high] = [ratio.estimate, ratio.low, ratio.high].map((value) => value.toFixed(2));
  return `${estimate} (${low} to ${high})`;
}

function shareText({ leastMs, contestants }: MeasuredShape): string {
  const tuned = contestants.find(({ name }) => name === TUNED);
  if (leastMs === null || tuned === undefined || tuned.timesMs.length === 0) return "–";
  return `${Math.round((100 * leastMs) / median(tuned.timesMs))} %`;
}

function milliseconds(ms: number): string {
  return ms < 100 ? ms.toPrecision(2) : ms.toFixed(0);
}

const LEGEND = [
  "A peer's result is compared with the float64 reference first: one that is wrong has no time.",
  "fastest peer / tuned: above 1, tuned is faster; in parentheses the 95 % interval of the median over all turns.",
];

/** What the command prints at its end: a line for each contestant, since a row of all would not fit a terminal. */
export function terminalText({ shapes, absent }: Measured): string {
  const lines = shapes.flatMap((one) => {
    const head = `${one.task} ${one.shape} (${one.sizes})`;
    const rows = one.contestants.map((contestant) => {
      const { relativeError } = contestant;
      const error = stateOf(contestant) === "right" ? `relative error ${relativeError!.toExponential(0)}` : "";
      const time = stateOf(contestant) === "right" ? `${timeText(contestant)} ms` : timeText(contestant);
      return `  ${contestant.name.padEnd(32)}${time.padEnd(14)}${error}`.trimEnd();
    });
    return [head, ...rows, `  fastest peer / tuned ${ratioText(one)}, tuned at ${shareText(one)} of the roofline`];
  });
  const missing = Object.entries(absent).map(([peer, reason]) => `${peer} was not measured: ${reason}`);
  return [...lines, "", ...LEGEND, ...missing].join("\n");
}
