import { describe, expect, test } from "vitest";
import {
  findTrack,
  learningPath,
  NO_TRACK,
  placeInPath,
  tasksAbout,
  topicsOf,
  trackOf,
  unfinishedAfter,
} from "./learning-path.ts";
import type { LearningStep, Task } from "./task.ts";

function spec(name: string, step?: Omit<LearningStep, "questions">, family = "made-up"): Task["spec"] {
  return { name, family, title: `The ${name}`, step: step && { ...step, questions: [] } } as Task["spec"];
}

const path = learningPath([
  spec("own"),
  spec("attention", { track: "attention and inference", level: 3, teaches: "three dependent passes" }),
  spec("softmax", { track: "attention and inference", level: 2, teaches: "reductions of rows" }),
  spec("matmul-nf4", { track: "quantisation", level: 4, teaches: "scales that are quantized" }),
  spec("mse-loss", { track: "first steps", level: 1, teaches: "a reduction to one number" }),
  spec("leaky-relu", { track: "first steps", level: 1, teaches: "one value for each invocation" }),
  spec("kmeans-step", { track: "statistics", level: 3, teaches: "k-means with ties" }),
]);
const about = (topic: string) => tasksAbout(path, topic).map(({ name }) => name);

test("a path has the tracks in order, each by level and name, and tasks without a track last", () => {
  expect(path.map(({ name, tasks }) => [name, ...tasks.map((task) => task.name)])).toEqual([
    ["first steps", "leaky-relu", "mse-loss"],
    ["attention and inference", "softmax", "attention"],
    ["quantisation", "matmul-nf4"],
    ["statistics", "kmeans-step"],
    [NO_TRACK, "own"],
  ]);
  expect(trackOf(path, "softmax")?.name).toBe("attention and inference");
  expect(trackOf(path, undefined)).toBeUndefined();
});

test("a task is followed by the next of its track, the last one by the first of the next track", () => {
  expect(placeInPath(path, "softmax").next?.name).toBe("attention");
  expect(placeInPath(path, "attention").next?.name).toBe("matmul-nf4");
  expect(placeInPath(path, "kmeans-step").next).toBeUndefined();
  expect(placeInPath(path, "own")).toEqual({ step: undefined, next: undefined });
});

test("after a track comes the next one with a task left, from the beginning again", () => {
  const [first, , , statistics] = path;
  const solved = new Set(["softmax", "attention"]);
  expect(unfinishedAfter(path, first!, solved)?.name).toBe("quantisation");
  expect(unfinishedAfter(path, statistics!, new Set([...solved, "own"]))?.name).toBe("first steps");
  expect(unfinishedAfter(path, first!, new Set(path.flatMap(({ tasks }) => tasks.map(({ name }) => name))))).toBe(
    undefined,
  );
});

describe("a track is found", () => {
  test.each([
    ["first steps", "first steps"],
    ["First Steps", "first steps"],
    ["attention", "attention and inference"],
    ["quantization", "quantisation"],
  ])("by %j", (text, name) => expect(findTrack(path, text)?.name).toBe(name));

  test.each(["", "softmax", "st"])("but not by %j", (text) => expect(findTrack(path, text)).toBeUndefined());
});

describe("a topic", () => {
  test.each([
    ["first steps", ["leaky-relu", "mse-loss"]],
    ["reduction", ["mse-loss", "softmax"]],
    ["Row reductions", ["softmax"]],
    ["quantised", ["matmul-nf4"]],
    ["k-means", ["kmeans-step"]],
    ["elu", []],
    ["?", []],
  ])("%j has the tasks %j", (topic, names) => expect(about(topic)).toEqual(names));

  test("that is unknown has suggestions: tracks, and words of the tasks", () => {
    expect(topicsOf(path)).toEqual(expect.arrayContaining(["first steps", "softmax", "leaky-relu", "reduction"]));
  });
});
