import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { ERROR_PATTERN, WARNING_PATTERN, WATCH_PATTERNS } from "../submission/vscode-tasks.ts";
import { exampleRun, HOSTILE } from "../testing/example-run.ts";
import { WatchScreen } from "./watch-screen.ts";

const { attempts } = exampleRun();
const find = (candidate: string, task: string) =>
  attempts.find((one) => one.candidate === candidate && one.task === task)!;
const frame = "  25 |     y[i] = weight;\n> 26 |     sum += wieght;\n     |            ^^^^^^\n  27 |   }";
const examples = {
  accepted: find("ada", "softmax"),
  "wrong-answer": find("ada", "attention"),
  "compile-error": {
    ...find(HOSTILE, "softmax"),
    message: "unresolved value 'wieght'. Did you mean `weight`?",
    evidence: { kind: "source", file: "softmax.wgsl", line: 26, column: 12, frame } as const,
  },
};

beforeEach(() => vi.useFakeTimers({ now: new Date(2026, 0, 31, 18, 3, 12), toFake: ["Date"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** What is written to a terminal of this size while one attempt is judged. */
function written(attempt: (typeof examples)["accepted"], columns: number, rows: number): string {
  let text = "";
  const stream = { isTTY: true, columns, rows, on() {}, off() {}, write: (part: string) => (text += part) };
  const screen = new WatchScreen(stream as unknown as NodeJS.WriteStream);
  screen.checking(["softmax.ts", "softmax.wgsl"]);
  screen.status("Checking … case 1 of 31");
  screen.verdict(attempt, 420);
  return text;
}

/** The screen after its last clearing. */
const screenOf = (text: string) => text.split("\u001b[H\u001b[2J").at(-1)!;

describe.each(Object.entries(examples))("check --watch on an attempt that is %s", (name, attempt) => {
  test.each([
    [80, 24, "0"],
    [80, 24, "1"],
    [120, 40, "1"],
  ])("fits a screen of %i columns and %i lines, colours: %s", async (columns, rows, colours) => {
    vi.stubEnv("NO_COLOR", colours === "0" ? "1" : "");
    const screen = screenOf(written(attempt, columns, rows));
    const lines = stripVTControlCharacters(screen).split("\n");
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    expect(lines[0]).toContain(`: ${name}, `);
    expect(lines.at(-2)).toBe(`${name} at 18:03:12, in 0.42 s. Watching 2 files; Ctrl-C to stop.`);
    const file = `watch-${name}.${columns}x${rows}${colours === "1" ? ".colours" : ""}.txt`;
    await expect(screen).toMatchFileSnapshot(join(packageRoot(), "harness", "report", "example", file));
  });
});

it("shows the cause of a wrong answer in the first lines", () => {
  const lines = stripVTControlCharacters(screenOf(written(examples["wrong-answer"], 80, 24))).split("\n");
  expect(lines[2]).toBe(examples["wrong-answer"].message);
  expect(lines).toContain("… more: make the window taller, or check without --watch.");
});

it("shows the place of a compile error in the first lines", () => {
  const [, , line] = stripVTControlCharacters(screenOf(written(examples["compile-error"], 80, 24))).split("\n");
  expect(line).toMatch(/^softmax\.wgsl:\d+:\d+: /);
});

it("is read by the problem matchers of VS Code, which see lines without escapes", () => {
  const lines = stripVTControlCharacters(written(examples["compile-error"], 80, 24)).split("\n");
  const at = (pattern: string) => lines.findIndex((line) => new RegExp(pattern).test(line));
  const [begin, error, end] = [WATCH_PATTERNS.beginsPattern, ERROR_PATTERN.regexp, WATCH_PATTERNS.endsPattern].map(at);
  expect(begin).toBe(0);
  expect(error).toBeGreaterThan(begin!);
  expect(end).toBeGreaterThan(error!);
  const [, file, line, column, message] = new RegExp(ERROR_PATTERN.regexp).exec(lines[error!]!)!;
  expect([file, line, column]).toEqual([
    "softmax.wgsl",
    expect.stringMatching(/^\d+$/),
    expect.stringMatching(/^\d+$/),
  ]);
  expect(message).not.toBe("");
  expect(new RegExp(WARNING_PATTERN.regexp).exec("  - softmax.wgsl:13: In `f`, x")!.slice(1)).toEqual([
    "softmax.wgsl",
    "13",
    "In `f`, x",
  ]);
});
