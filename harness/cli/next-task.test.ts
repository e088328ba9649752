import { expect, test } from "vitest";
import { learningPath } from "../task/learning-path.ts";
import type { LearningStep, Task } from "../task/task.ts";
import { nextTask } from "./next-task.ts";

function spec(name: string, track: LearningStep["track"], level: LearningStep["level"]): Task["spec"] {
  return { name, step: { track, level, teaches: "", questions: [] } } as unknown as Task["spec"];
}

const path = learningPath([
  spec("matmul", "first steps", 2),
  spec("leaky-relu", "first steps", 1),
  spec("focal-loss", "losses", 2),
]);

/** @param solved names; the last one is the task last worked on */
function next(named: string, ...solved: string[]) {
  return nextTask(path, { solvedAt: new Map(solved.map((name) => [name, ""])), lastTask: solved.at(-1) }, named);
}

test("begins with the lowest level of the first track", () => {
  expect(next("")).toEqual({
    task: "leaky-relu",
    reason:
      'The next task is leaky-relu (level 1), the first of "first steps" that you have not solved. The path begins with this track.',
  });
});

test("continues the track last worked on, or the one that is named", () => {
  expect(next("", "leaky-relu")).toEqual({
    task: "matmul",
    reason:
      'The next task is matmul (level 2), the first of "first steps" that you have not solved. You worked on this track last, on leaky-relu.',
  });
  const { task, reason } = nextTask(path, { solvedAt: new Map(), lastTask: "focal-loss" }, "");
  expect(task).toBe("focal-loss");
  expect(reason).toMatch(/ You worked on it last\.$/);
  expect(next("losses", "leaky-relu").task).toBe("focal-loss");
  expect(next("first").task).toBe("leaky-relu");
});

test("says that a track is done, and names the next one", () => {
  expect(next("", "leaky-relu", "matmul")).toEqual({
    task: undefined,
    reason: 'You have solved all 2 tasks of "first steps". The next track is "losses".',
    nextTrack: "losses",
  });
  expect(next("losses", "focal-loss").reason).toBe(
    'You have solved the only task of "losses". The next track is "first steps".',
  );
  expect(next("", "leaky-relu", "focal-loss", "matmul")).toMatchObject({
    reason: 'You have solved all 2 tasks of "first steps". No other track has a task left.',
    nextTrack: undefined,
  });
});

test("refuses a track that does not exist", () => {
  expect(() => next("lossess")).toThrow('There is no track "lossess". Did you mean "losses"?');
});
