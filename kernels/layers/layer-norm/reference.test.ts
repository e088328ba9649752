import { describe, expect, test } from "vitest";
import type { Case } from "../../../harness/task/case.ts";
import { LocalJudge } from "../../../harness/verify/judge-locally.ts";
import task from "./task.ts";

// Around 10 it cancels two digits, as many as an honest sum of a long row may lose: the bound allows that.
describe("around a mean of 500, with a spread of 1", () => {
  const isFar = ({ data, shape }: Case) => data === "offset" && shape.rows! < 1000;

  test.each(["a", "b", "c"])("the mean square minus the squared mean is too imprecise (seed %s)", async (seed) => {
    const judge = await LocalJudge.open(task, { seed, only: isFar });
    const { verdict } = await judge.judge(task.mistaken["one-pass-variance"]!);
    expect(["imprecise", "wrong-answer"]).toContain(verdict);
  });

  test("squared deviations from the mean are precise", async () => {
    const judge = await LocalJudge.open(task, { seed: "a", only: isFar });
    expect((await judge.judge(task.plain)).verdict).toBe("accepted");
    expect((await judge.judge(task.tuned)).verdict).toBe("accepted");
  });
});
