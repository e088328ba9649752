import { describe, expect, test } from "vitest";
import type { Case } from "../../../harness/task/case.ts";
import { LocalJudge } from "../../../harness/verify/judge-locally.ts";
import task from "./task.ts";

describe("around a mean of 10, with a spread of 1", () => {
  const isPlain = ({ data, shape }: Case) => data === "plain" && shape.channels === 64;

  test.each(["a", "b", "c"])("the mean square minus the squared mean is too imprecise (seed %s)", async (seed) => {
    const judge = await LocalJudge.open(task, { seed, only: isPlain });
    const { verdict } = await judge.judge(task.mistaken["one-pass-variance"]!);
    expect(["imprecise", "wrong-answer"]).toContain(verdict);
  });

  test("squared deviations from the mean, in two passes or by Welford's update, are precise", async () => {
    const judge = await LocalJudge.open(task, { seed: "a", only: isPlain });
    expect((await judge.judge(task.plain)).verdict).toBe("accepted");
    expect((await judge.judge(task.tuned)).verdict).toBe("accepted");
  });
});
