import type { HistoryEntry } from "../../catalog/history.ts";
import type { Version } from "../../catalog/versions.ts";
import { VERDICTS, type Verdict } from "../../results/verdict.ts";
import { count } from "../../text/count.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, cut, wrap } from "../../text/wrap.ts";
import { factor, yardstickWords } from "./measurement-text.ts";
import { colorVerdict } from "./verdict-words.ts";

interface TaskHistory {
  readonly task: string;
  readonly entries: readonly HistoryEntry[];
  readonly versions: readonly Version[];
}

type Check = Extract<HistoryEntry, { kind: "check" }>;
type Bench = Extract<HistoryEntry, { kind: "bench" }>;

const MOST_SHOWN = 15;
const TIME = 16;
const OUTCOME = 14;
const VERSION = 7;

/** A line for each task with a history. */
export function overviewText(tasks: readonly TaskHistory[], style: TextStyle): string {
  const { colors, width } = style;
  if (tasks.length === 0) {
    return wrap("No checks yet. `kernelmark check` and `kernelmark bench` remember what they find.", width);
  }
  const nameWidth = Math.max(...tasks.map(({ task }) => task.length), 4);
  const heading = `${cell("task", nameWidth)}  ${cell("last", TIME)}  ${cell("verdict", OUTCOME)}  checks  best speed`;
  const lines = tasks.map(({ task, entries }) => {
    const checks = entries.filter((entry): entry is Check => entry.kind === "check");
    const best = bestBench(entries);
    const last = checks.at(-1);
    const speed = best === undefined ? "-" : `${factor(best.speedup)}x ${yardstickWords(best.against)}`;
    const verdict = last === undefined ? cell("-", OUTCOME) : verdictCell(last.verdict, style);
    return `${cell(task, nameWidth)}  ${localTime(entries.at(-1)!.at)}  ${verdict}  ${cell(String(checks.length), 6, "right")}  ${speed}`;
  });
  return [colors.bold(heading), ...lines].join("\n");
}

function bestBench(entries: readonly HistoryEntry[]): Bench | undefined {
  const benches = entries.filter((entry): entry is Bench => entry.kind === "bench" && entry.against === "plain");
  return benches.reduce<Bench | undefined>(
    (best, one) => (best && best.speedup >= one.speedup ? best : one),
    undefined,
  );
}

/** A task's checks and measurements, the latest last, and the versions to compare with. */
export function historyText({ task, entries, versions }: TaskHistory, isWhole: boolean, style: TextStyle): string {
  const { colors, width } = style;
  if (entries.length === 0 && versions.length === 0) {
    return wrap(
      `Nothing about ${task} yet. \`kernelmark check\` and \`kernelmark bench\` remember what they find.`,
      width,
    );
  }
  const checks = entries.filter(({ kind }) => kind === "check").length;
  const title = `${colors.bold(task)}: ${count(checks, "check")}, ${count(entries.length - checks, "measurement")}, ${count(versions.length, "kept version")}`;
  const shown = isWhole ? entries : entries.slice(-MOST_SHOWN);
  const left = entries.length - shown.length;
  const heading = `${cell("when", TIME)}  ${cell("outcome", OUTCOME)}  ${cell("version", VERSION)}  details`;
  const parts = [title];
  if (shown.length > 0) {
    const lines = shown.map((entry) => entryLine(entry, style));
    const more = left > 0 ? [colors.dim(`… ${left} earlier: --all shows them.`)] : [];
    parts.push([colors.bold(heading), ...more, ...lines].join("\n"));
  }
  const last = versions.at(-1);
  if (last !== undefined) {
    const file = printable(last.module);
    parts.push(wrap(`Compare with a version: \`kernelmark bench ${file} --against ${last.name}\``, width));
  }
  return parts.join("\n\n");
}

function entryLine(entry: HistoryEntry, style: TextStyle): string {
  const outcome =
    entry.kind === "check" ? verdictCell(entry.verdict, style) : cell(`${factor(entry.speedup)}x`, OUTCOME);
  const start = `${localTime(entry.at)}  ${outcome}  ${cell(entry.version ?? "-", VERSION)}  `;
  const details = entry.kind === "check" ? checkDetails(entry) : benchDetails(entry);
  return `${start}${cut(printable(details), style.width - TIME - OUTCOME - VERSION - 6)}`;
}

function checkDetails({ passed, caseCount, isPart, verdict, message }: Check): string {
  const cases = `${passed} of ${caseCount} ${isPart ? "chosen cases" : "cases"}`;
  return verdict === "accepted" ? cases : `${cases}. ${message}`;
}

function benchDetails({ against, shapes }: Bench): string {
  const each = shapes.map(({ name, speedup }) => `${name} ${factor(speedup)}x`);
  return `against ${against}: ${each.join(", ")}`;
}

function verdictCell(verdict: string, { colors }: TextStyle): string {
  const text = cell(printable(verdict), OUTCOME);
  return isVerdict(verdict) ? colorVerdict(verdict, colors, text) : text;
}

/** Files may come from a later Kernelmark. */
function isVerdict(text: string): text is Verdict {
  return (VERDICTS as readonly string[]).includes(text);
}

/** `2026-11-30 18:03` in local time. */
function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
