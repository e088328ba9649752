import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadTasks } from "../catalog/load.ts";
import { defaultAssignment } from "../results/assignment.ts";
import { assignmentSchema } from "../results/assignment-schema.ts";
import { findTrack, learningPath } from "../task/learning-path.ts";
import { defaultLimits } from "../task/limits.ts";
import { UserError } from "../text/user-error.ts";
import { parseAssignment, readAssignment, withTasks } from "./read-assignment.ts";

const TASKS = ["attention", "gmm-e-step", "softmax"];
const GROUPS = new Map([["softmax", ["tiny", "long rows"]]]);

function problemOf(text: string): string {
  try {
    parseAssignment(text, "assignment.yaml", TASKS, GROUPS);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("accepted");
}

describe("an assignment", () => {
  test("is read, with defaults for omitted keys", () => {
    const text = `
title: GPU kernels, week 3
tasks:
  softmax:    { points: 10, correctness: 0.7, speed: { against: plain, full: 4.0 } }
  attention:  { points: 20, speed: { against: tuned, full: 1.5 } }
  gmm-e-step: { points: 15 }
`;
    expect(parseAssignment(text, "assignment.yaml", TASKS)).toEqual({
      title: "GPU kernels, week 3",
      tasks: {
        softmax: { points: 10, correctness: 0.7, speed: { against: "plain", full: 4 } },
        attention: { points: 20, correctness: 0.6, speed: { against: "tuned", full: 1.5 } },
        "gmm-e-step": { points: 15, correctness: 1 },
      },
      practice: false,
      software: false,
    });
  });

  test("weights all tasks equally by default, for correctness only", () => {
    expect(defaultAssignment(["a", "b"]).tasks).toEqual({
      a: { points: 10, correctness: 1 },
      b: { points: 10, correctness: 1 },
    });
  });

  test("may change limits, and keeps the defaults of the others", () => {
    const text = "tasks: { softmax: { points: 3 } }\nlimits: { kernelTimes: 2 }\n";
    expect(parseAssignment(text, "a.yaml", TASKS).limits).toEqual({
      ...defaultLimits,
      kernelTimes: 2,
    });
    expect(problemOf("tasks: { softmax: { points: 3 } }\nlimits: { compileSeconds: 0 }\n")).toContain(
      "assignment.yaml:2:27: `limits.compileSeconds` must be from 1 to 600; it is 0.",
    );
    expect(problemOf("tasks: { softmax: { points: 3 } }\nlimits: { passes: 2.5 }\n")).toContain(
      "assignment.yaml:2:19: `limits.passes` must be a whole number from 1 to 16384, but is 2.5.",
    );
    expect(problemOf("tasks: { softmax: { points: 3 } }\nlimits: { gpuMegabytes: 16 }\n")).toContain(
      "`gpuMegabytes` is not a key of `limits`. Did you mean `gpuMebibytes`?",
    );
  });

  test("may name a track, whose tasks count the same", async () => {
    const ofTrack = async (text: string) => (await withTasks(parseAssignment(text, "a.yaml", TASKS))).tasks;
    const path = learningPath((await loadTasks()).map(({ spec }) => spec));
    const mixtures = findTrack(path, "mixtures")!.tasks.map(({ name }) => name);
    const tasks = await ofTrack("track: mixtures\n");
    expect(Object.keys(tasks)).toEqual(mixtures);
    expect(tasks["gmm-fit"]).toEqual({ points: 10, correctness: 1 });
    const speed = "speed: { against: plain, full: 2 }";
    expect((await ofTrack(`track: mixtures\neach: { points: 4, ${speed} }\n`))["gmm-fit"]).toEqual({
      points: 4,
      correctness: 0.6,
      speed: { against: "plain", full: 2 },
    });
  });

  test("leaves for correctness what a table of speeds does not give", () => {
    const text = "tasks: { softmax: { points: 20, speed: { against: plain, table: [[1.5, 4], [3, 10]] } } }\n";
    const { tasks } = parseAssignment(text, "a.yaml", TASKS);
    expect(tasks?.softmax?.correctness).toBe(0.5);
    // As in results.json.
    const assignment = { title: "x", tasks, practice: false, software: false };
    expect(assignmentSchema.parse(assignment)).toEqual(assignment);
  });

  test("may name groups of cases, which are known from the tasks", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "a.yaml");
    const write = (group: string) =>
      writeFile(file, `tasks: { softmax: { points: 10, groups: { ${group}: { weight: 2, hidden: true } } } }\n`);
    await write("long rows");
    const { tasks } = await readAssignment(file, TASKS);
    expect(tasks.softmax?.groups).toEqual({ "long rows": { weight: 2, hidden: true } });
    await write("large rows");
    await expect(readAssignment(file, TASKS)).rejects.toThrow(
      'softmax has no group of cases "large rows". Did you mean "long rows"?',
    );
  });

  test("of a track may not drop all of its tasks", async () => {
    const text = "track: mixtures\ndrop: 99\n";
    await expect(withTasks(parseAssignment(text, "a.yaml", TASKS))).rejects.toThrow(
      /^`drop` is 99, but the track mixtures has \d+ tasks\.$/,
    );
  });

  test("may be written with anchors", () => {
    const text = "tasks:\n  softmax: &same { points: 3 }\n  attention: *same\n";
    expect(parseAssignment(text, "a.yaml", TASKS).tasks?.attention).toEqual({ points: 3, correctness: 1 });
  });
});

describe("a mistake in an assignment is reported with its place", () => {
  test("invalid YAML", () => {
    const message = problemOf("title: x\ntasks:\n  softmax: { points: 10\n");
    expect(message).toMatch(/^assignment\.yaml:4:1: Invalid YAML: .*\}/);
    expect(message).toContain("softmax: { points: 10");
  });

  test("a duplicate key", () => {
    expect(problemOf("title: x\ntitle: y\n")).toContain("assignment.yaml:2:1: Invalid YAML: Map keys must be unique.");
  });

  test("a value of the wrong type", () => {
    const message = problemOf("tasks:\n  softmax: { points: ten }\n");
    expect(message).toContain(
      'assignment.yaml:2:22: `tasks.softmax.points` must be a number, but is the text "ten".\n\n',
    );
    expect(message).toContain("> 2 |   softmax: { points: ten }\n    |                      ^^^");
  });

  test("an unknown key, with the nearest known one", () => {
    expect(problemOf("tasks:\n  softmax: { point: 10 }\n")).toContain(
      "assignment.yaml:2:14: `point` is not a key of `tasks.softmax`. Did you mean `points`? Its keys are `points`, `correctness`, `speed`, `groups`, `required`, `optional`, `bonus`.",
    );
    expect(problemOf("tasks: { softmax: { points: 1 } }\npractise: true\n")).toContain(
      "assignment.yaml:2:1: `practise` is not a key of this file. Did you mean `practice`?",
    );
    expect(problemOf("tasks: { softmax: { points: 1, speed: { against: plain, full: 2, ful: 3 } } }\n")).toContain(
      "`ful` is not a key of `tasks.softmax.speed`. Did you mean `full`? Its keys are `against`, `full`, `table`, `curve`, `roofline`.",
    );
  });

  test("an unknown task, with the nearest known one", () => {
    expect(problemOf("tasks:\n  sofmax: { points: 10 }\n")).toContain(
      'assignment.yaml:2:3: There is no task "sofmax". Did you mean "softmax"? `kernelmark tasks` lists them.',
    );
  });

  test("numbers out of range", () => {
    expect(problemOf("tasks:\n  softmax: { points: -3 }\n")).toContain(
      "assignment.yaml:2:22: `tasks.softmax.points` must not be negative; it is -3.",
    );
    const both = problemOf("tasks:\n  softmax: { points: 3, correctness: 60, speed: { against: plain, full: 1 } }\n");
    expect(both).toContain("assignment.yaml:2:38: `tasks.softmax.correctness` must be a share from 0 to 1; it is 60.");
    expect(both).toContain("assignment.yaml:2:73: `tasks.softmax.speed.full` must be more than 1, since 1 means");
    expect(problemOf("tasks:\n  softmax: { points: .inf }\n")).toContain("must be a number, but is Infinity");
  });

  test("points reserved for a missing `speed`", () => {
    expect(problemOf("tasks:\n  softmax: { points: 3, correctness: 0.5 }\n")).toContain(
      "`tasks.softmax.correctness` reserves points for speed, but `speed` is missing",
    );
  });

  test("an unknown baseline", () => {
    expect(problemOf("tasks:\n  softmax: { points: 3, speed: { against: plane, full: 2 } }\n")).toContain(
      '`tasks.softmax.speed.against` must be "plain" or "tuned", but is the text "plane". Did you mean "plain"?',
    );
  });

  test("missing keys and values", () => {
    expect(problemOf("title: x\n")).toContain("assignment.yaml:1:1: `tasks` is missing");
    expect(problemOf("tasks:\n  softmax:\n")).toContain(
      "assignment.yaml:2:3: `tasks.softmax` must be a block of `key: value` lines, but is empty.",
    );
    expect(problemOf("tasks:\n  softmax: {}\n")).toContain(
      "2:3: `tasks.softmax.points` is missing: it must be a number.",
    );
    expect(problemOf("tasks: {}\n")).toContain("`tasks` must name at least one task");
    expect(problemOf("")).toContain("The file must be a block of `key: value` lines, but is empty.");
    expect(problemOf("- a\n")).toContain("The file must be a block of `key: value` lines, but is a list.");
  });

  test("a track that is unknown, or that is not alone", () => {
    expect(problemOf("track: lossess\n")).toContain(
      'assignment.yaml:1:8: `track` must be "first steps" or "attention and inference" or ',
    );
    expect(problemOf("track: lossess\n")).toContain('but is the text "lossess". Did you mean "losses"?');
    expect(problemOf("tasks: { softmax: { points: 1 } }\ntrack: losses\n")).toContain(
      "assignment.yaml:2:8: `track` cannot be combined with `tasks`: remove one of them",
    );
    expect(problemOf("tasks: { softmax: { points: 1 } }\neach: { points: 1 }\n")).toContain(
      "assignment.yaml:2:1: `each` is for the tasks of a `track`, but `track` is missing.",
    );
    expect(problemOf("track: losses\neach: { point: 1 }\n")).toContain(
      "`point` is not a key of `each`. Did you mean `points`?",
    );
  });

  const ONE = "tasks: { softmax: { points: 10 } }\n";
  const DUE = `deadline: 2026-05-04T18:00:00+02:00\n${ONE}`;
  const speed = (rule: string) => `tasks: { softmax: { points: 10, speed: { against: plain, ${rule} } } }\n`;
  const group = (rule: string) => `tasks: { softmax: { points: 10, groups: { ${rule} } } }\n`;

  test.each([
    ["deadline: tomorrow\n", "1:11: `deadline` must be a date and time such as"],
    [`${ONE}late: { perDay: 10 % }\n`, "2:1: `late` needs a `deadline`: add it."],
    [`${DUE}late: {}\n`, "3:1: `late.perDay` is missing: it must be a percentage such as `10 %`."],
    [`${DUE}late: 10 %\n`, '3:7: `late` must be a block of `key: value` lines, but is the text "10 %".'],
    [`${DUE}late: { perDay: 0.1 }\n`, "3:17: `late.perDay` must be a percentage such as `10 %`, but is 0.1."],
    [`${DUE}late: { perDay: 120 % }\n`, '3:17: `late.perDay` must be at most 100 %; it is the text "120 %".'],
    [`${DUE}late: { perDays: 10 % }\n`, "3:9: `perDays` is not a key of `late`. Did you mean `perDay`?"],
    [
      `${DUE}late: { perDay: 10 %, grace: 15 }\n`,
      "3:30: `late.grace` must be a time span such as `15m`, `2h` or `7d`, but is 15.",
    ],
    [`${DUE}late: { perDay: 10 %, until: soon }\n`, "3:30: `late.until` must be a time span such as"],
    [`${DUE}late: { perDay: 10 %, days: -1 }\n`, "3:29: `late.days` must not be negative; it is -1."],
    [`${DUE}late: { perDay: 10 %, days: 1.5 }\n`, "3:29: `late.days` must be a whole number, but is 1.5."],
    [`${DUE}late: { perDay: 10 %, extensions: "" }\n`, "`late.extensions` must name a file"],
    [`${ONE}adjustments: 3\n`, "2:14: `adjustments` must name a file, but is 3."],
    [`${ONE}teams: []\n`, "2:1: `teams` must name a file, but is a list."],
    [speed(""), "1:33: `tasks.softmax.speed` lacks a rule: add one of `full`, `table`, `curve`, `roofline`."],
    [speed("full: 2, curve: cs149"), "`tasks.softmax.speed.curve` cannot be combined with `full`: keep one of them."],
    [speed("table: 3"), "`tasks.softmax.speed.table` must be a list of pairs such as [[1.5, 4], [3, 10]], but is 3."],
    [speed("table: []"), "`tasks.softmax.speed.table` must have at least one pair, such as [1.5, 4]."],
    [speed("table: [[1.5]]"), "`tasks.softmax.speed.table.0` must be a pair of a speedup and its points"],
    [speed("table: [[1.5, many]]"), '1:72: `tasks.softmax.speed.table.0.1` must be a number, but is the text "many".'],
    [speed("table: [[3, 4], [2, 5]]"), "`tasks.softmax.speed.table` must list its speedups from low to high."],
    [speed("table: [[1, 4], [2, 3]]"), "`tasks.softmax.speed.table` must give more points for more speed."],
    [
      speed("table: [[1, 40]]"),
      "`tasks.softmax.speed.table` gives up to 40 points, but the task is worth 10: lower them",
    ],
    [
      "tasks: { softmax: { points: 10, correctness: 0.6, speed: { against: plain, table: [[2, 5]] } } }\n",
      "1:46: `tasks.softmax.correctness` leaves 4 points for speed, but `table` gives up to 5: remove `correctness`.",
    ],
    [speed("curve: cs148"), '`tasks.softmax.speed.curve` must be "cs149", but is the text "cs148".'],
    [speed("roofline: 60"), "1:68: `tasks.softmax.speed.roofline` must be a share above 0, up to 1; it is 60."],
    [
      `${ONE}attempts: bets\n`,
      '2:11: `attempts` must be "last" or "best", but is the text "bets". Did you mean "best"?',
    ],
    [`${ONE}drop: half\n`, '2:7: `drop` must be a number, but is the text "half".'],
    [`${ONE}drop: 1\n`, "2:7: `drop` must be at most 0, but is 1: 1 of the tasks are not required, optional or bonus."],
    [
      "tasks: { softmax: { points: 10 }, attention: { points: 5 } }\ndrop: 1\n",
      "2:7: `drop` needs tasks that are worth the same, but softmax is worth 10 and attention 5: change `points`, or make one `required`.",
    ],
    [
      "tasks: { softmax: { points: 10, bonus: true } }\n",
      "1:1: `tasks` must have a task that is neither `optional` nor `bonus`.",
    ],
    [
      "tasks: { softmax: { points: 10, bonus: true, required: true } }\n",
      "`tasks.softmax.bonus` cannot be combined with `required`: keep one of them.",
    ],
    ["tasks: { softmax: { points: 10, bonus: 2 } }\n", "`tasks.softmax.bonus` must be `true` or `false`, but is 2."],
    [
      group("'long row': { weight: 2 }"),
      '1:43: softmax has no group of cases "long row". Did you mean "long rows"? Its groups are "tiny", "long rows".',
    ],
    [group("tiny: { weight: 0 }"), "`tasks.softmax.groups.tiny.weight` must be more than 0; it is 0."],
    [group("tiny: 2"), "`tasks.softmax.groups.tiny` must be a block of `key: value` lines, but is 2."],
    [group("tiny: { hide: true }"), "`hide` is not a key of `tasks.softmax.groups.tiny`. Did you mean `hidden`?"],
    ["track: losses\neach: { points: 1, bonus: true }\n", "2:20: `bonus` is not a key of `each`."],
  ])("%j", (text, message) => {
    expect(problemOf(text)).toContain(message);
  });

  test("all mistakes at once, in the order of the file", () => {
    const message = problemOf("titel: x\ntasks:\n  sofmax: { points: -1 }\n  attention: { points: many }\n");
    expect(message.match(/assignment\.yaml:\d+/g)).toEqual([
      "assignment.yaml:1",
      "assignment.yaml:3",
      "assignment.yaml:3",
      "assignment.yaml:4",
    ]);
  });

  test("control characters are escaped", () => {
    expect(problemOf('tasks:\n  "a\\e[31m": { points: 1 }\n')).toContain('There is no task "a\\u{1b}[31m".');
    expect(problemOf('tasks:\n  "a\\e[31m": { worth: 1 }\n')).toContain(
      "`worth` is not a key of `tasks.a\\u{1b}[31m`.",
    );
    expect(problemOf("*a\u0000")).toContain("Unresolved alias (the anchor must be set before the alias): a\\u{0}.");
  });

  test("only the first ten problems are shown, with the number of others", () => {
    const message = problemOf(`tasks:\n${Array.from({ length: 500 }, (_, i) => `  t${i}: {}\n`).join("")}`);
    expect(message.match(/assignment\.yaml:\d+/g)).toHaveLength(10);
    expect(message).toMatch(/\d+ more problems not shown\.$/);
    expect(problemOf("{".repeat(2000)).length).toBeLessThan(20_000);
  });

  test("the number of aliases is limited", () => {
    const levels = Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]\n`).join("");
    expect(problemOf(`a0: &a0 [x]\n${levels}`)).toContain("assignment.yaml cannot be read: Excessive alias count");
  });
});

describe("a file", () => {
  test("that is missing", async () => {
    await expect(readAssignment("nowhere.yaml", TASKS)).rejects.toThrow("There is no file nowhere.yaml.");
  });

  test("that is not UTF-8", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "a.yaml");
    await writeFile(file, Buffer.from("title: \xff", "latin1"));
    await expect(readAssignment(file, TASKS)).rejects.toThrow("is not UTF-8 text.");
  });
});
