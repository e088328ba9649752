import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";
import { expect, it } from "vitest";
import type { HistoryEntry } from "../../catalog/history.ts";
import { historyText, overviewText } from "./history-text.ts";

const style = { colors: pc.createColors(false), width: 80 };
/** As the text's times are local. */
const at = (minute: number) => new Date(2026, 0, 31, 9, minute).toISOString();

const accepted: HistoryEntry = {
  ...{ kind: "check", at: at(5), file: "me/softmax.ts", version: "v1", verdict: "accepted", message: "All pass." },
  ...{ passed: 31, caseCount: 31, isPart: false },
};
const wrong: HistoryEntry = {
  ...{
    kind: "check",
    at: at(2),
    file: "me/softmax.ts",
    verdict: "wrong-answer",
    passed: 0,
    caseCount: 1,
    isPart: true,
  },
  message: `Likely cause: ${"the row's maximum is not subtracted, ".repeat(3)}`,
};
const bench: HistoryEntry = {
  ...{
    kind: "bench",
    at: at(9),
    file: "softmax.ts",
    version: "v1",
    against: "plain",
    adapter: "some GPU",
    speedup: 1.8,
  },
  shapes: [
    { name: "small", candidateNs: 5e6, speedup: 1.5 },
    { name: "large", candidateNs: 5e7, speedup: 2.16 },
  ],
};
const version = { name: "v1", hash: "", module: "softmax.ts", at: at(5), path: "/state/v1/files/softmax.ts" };
const softmax = { task: "softmax", entries: [wrong, accepted, bench], versions: [version] };

it("lists checks and measurements, the latest last, in 80 columns", () => {
  const lines = historyText(softmax, false, style).split("\n");
  expect(lines).toEqual([
    "softmax: 2 checks, 1 measurement, 1 kept version",
    "",
    "when              outcome         version  details",
    "2026-01-31 09:02  wrong-answer    -        0 of 1 chosen cases. Likely cause: t…",
    "2026-01-31 09:05  accepted        v1       31 of 31 cases",
    "2026-01-31 09:09  1.800x          v1       against plain: small 1.500x, large 2…",
    "",
    "Compare with a version: `kernelmark bench softmax.ts --against v1`",
  ]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

it("uses a wider terminal", () => {
  const text = historyText(softmax, false, { ...style, width: 100 });
  expect(text).toContain("against plain: small 1.500x, large 2.160x\n");
});

it("shows the latest of many, and all on request", () => {
  const entries = Array.from({ length: 40 }, () => accepted);
  const short = historyText({ ...softmax, entries }, false, style).split("\n");
  expect(short).toContain("… 25 earlier: --all shows them.");
  expect(short.length).toBeLessThanOrEqual(24);
  expect(historyText({ ...softmax, entries }, true, style).split("\n").length).toBeGreaterThan(40);
});

it("sums up each task, with its best speed", () => {
  const other = { task: "rope", entries: [wrong], versions: [] };
  expect(overviewText([softmax, other], style).split("\n")).toEqual([
    "task     last              verdict         checks  best speed",
    "softmax  2026-01-31 09:09  accepted             2  1.800x plain",
    "rope     2026-01-31 09:02  wrong-answer         1  -",
  ]);
});

it("escapes what files say, and colours verdicts that it knows", () => {
  const strange: HistoryEntry = { ...accepted, verdict: "\u001b[31mbrilliant", message: "\u001b[2J" };
  const text = historyText({ ...softmax, entries: [strange] }, false, style);
  expect(text).toBe(stripVTControlCharacters(text));
  const colored = historyText(softmax, false, { ...style, colors: pc.createColors(true) });
  expect(colored).toContain("\u001b[31mwrong-answer");
  expect(colored).toContain("\u001b[32maccepted");
});

it("says how a history begins", () => {
  expect(overviewText([], style)).toContain("No checks yet.");
  expect(historyText({ task: "rope", entries: [], versions: [] }, false, style)).toContain("Nothing about rope yet.");
});
