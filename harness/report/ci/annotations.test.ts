import { expect, test } from "vitest";
import { type Annotation, annotationLines, withoutCommands } from "./annotations.ts";

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** As the runner reads a line: actions/runner, `src/Runner.Common/ActionCommand.cs`, both of its syntaxes. */
function parseCommand(line: string): Command | undefined {
  const trimmed = line.trimStart();
  const end = trimmed.startsWith("::") ? trimmed.indexOf("::", 2) : -1;
  if (end < 0) {
    const old = /##\[([^\]]*)\](.*)/s.exec(line);
    return old === null ? undefined : { name: old[1]!.split(" ")[0]!, properties: {}, data: old[2]! };
  }
  const [name, ...rest] = trimmed.slice(2, end).split(" ");
  const pairs = rest
    .join(" ")
    .split(",")
    .filter((pair) => pair !== "");
  const properties = pairs.map((pair) => {
    const [, key, value] = /^([^=]*)=(.*)$/s.exec(pair) ?? ["", pair, ""];
    return [
      key,
      undo(undo(undo(value!, "%0D", "\r"), "%0A", "\n"), "%3A", ":")
        .replaceAll("%2C", ",")
        .replaceAll("%25", "%"),
    ];
  });
  const data = undo(undo(trimmed.slice(end + 2), "%0D", "\r"), "%0A", "\n").replaceAll("%25", "%");
  return { name: name!, properties: Object.fromEntries(properties), data };
}

function undo(text: string, sequence: string, character: string): string {
  return text.replaceAll(sequence, character);
}

const place = { file: "submissions/alice/softmax.wgsl", line: 26, column: 12 };

test("a line has level, place and title", () => {
  const annotation: Annotation = { level: "error", place, title: "softmax: compile-error", message: "Mend it." };
  expect(annotationLines([annotation, { ...annotation, level: "warning", place: null }])).toEqual([
    "::error file=submissions/alice/softmax.wgsl,line=26,col=12,title=softmax%3A compile-error::Mend it.",
    "::warning title=softmax%3A compile-error::Mend it.",
  ]);
});

test("text of a candidate stays in its field", () => {
  const hostile = "a,title=b::c%0A::error::x%25 100 %\r\n::stop-commands::t\n##[add-mask]x";
  const file = `submissions/al,ice: 50 %0A/${hostile.split("\r")[0]}`;
  const [line, ...rest] = annotationLines([
    { level: "error", place: { ...place, file }, title: hostile, message: hostile },
  ]);
  expect(rest).toEqual([]);
  expect(line).not.toMatch(/[\r\n]/);
  expect(parseCommand(line!)).toEqual({
    name: "error",
    properties: { file, line: "26", col: "12", title: hostile.replace("\r", "\\u{d}").replaceAll("\n", "\\u{a}") },
    data: hostile.replace("\r\n", "\n"),
  });
});

test("limits annotations to the first ten of each level, and shortens messages", () => {
  const many = (level: Annotation["level"]) =>
    Array.from(
      { length: 12 },
      (_, index): Annotation => ({ level, place: null, title: `${index}`, message: "x".repeat(9_999) }),
    );
  const lines = annotationLines([...many("notice"), ...many("error")]).map((line) => parseCommand(line)!);
  expect(lines.map(({ name }) => name)).toEqual([...Array(10).fill("notice"), ...Array(10).fill("error")]);
  expect(lines.map(({ properties }) => properties.title)).toEqual([...Array(2)].flatMap(() => [..."0123456789"]));
  expect(lines[0]!.data.length).toBe(2_000);
});

test("text cannot run commands", () => {
  const lines = withoutCommands("::error::forged\n##[error]forged", "secret").split("\n");
  let isStopped = false;
  const obeyed = lines.map(parseCommand).filter((command) => {
    if (command === undefined || (isStopped && command.name !== "secret")) return false;
    isStopped = command.name === "stop-commands";
    return true;
  });
  expect(obeyed.map((command) => command?.name)).toEqual(["stop-commands", "secret"]);
});
