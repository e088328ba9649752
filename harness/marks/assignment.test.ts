import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadTasks } from "../catalog/load.ts";
import { defaultAssignment } from "../results/assignment.ts";
import { findTrack, learningPath } from "../task/learning-path.ts";
import { defaultLimits } from "../task/limits.ts";
import { UserError } from "../text/user-error.ts";
import { parseAssignment, readAssignment, withTasks } from "./read-assignment.ts";

const TASKS = ["attention", "gmm-e-step", "softmax"];

function problemOf(text: string): string {
  try {
    parseAssignment(text, "assignment.yaml", TASKS);
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
      "assignment.yaml:2:19: `limits.passes` must be a whole number, but is 2.5.",
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
      "assignment.yaml:2:14: `point` is not a key of `tasks.softmax`. Did you mean `points`? Its keys are `points`, `correctness`, `speed`.",
    );
    expect(problemOf("tasks: { softmax: { points: 1 } }\npractise: true\n")).toContain(
      "assignment.yaml:2:1: `practise` is not a key of this file. Did you mean `practice`?",
    );
    expect(problemOf("tasks: { softmax: { points: 1, speed: { against: plain, full: 2, ful: 3 } } }\n")).toContain(
      "`ful` is not a key of `tasks.softmax.speed`. Did you mean `full`? Its keys are `against`, `full`.",
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
