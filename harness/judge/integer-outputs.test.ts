import { beforeAll, describe, expect, it } from "vitest";
import kmeans from "../../kernels/learning/kmeans-step/task.ts";
import quantize from "../../kernels/learning/quantize-int8/task.ts";
import { editedPlan } from "../task/edits.ts";
import type { Edit } from "../task/kernel-change.ts";
import { LocalJudge } from "../verify/judge-locally.ts";

describe("labels", () => {
  let judge: LocalJudge<"n" | "d" | "k", never>;
  beforeAll(async () => {
    judge = await LocalJudge.open(kmeans, {
      seed: "integers",
      only: ({ shape, data }) => shape.n === 97 && (data === "ties" || data === "near-ties"),
    });
  });
  const judged = (data: string, ...edits: Edit[]) =>
    judge.judge(editedPlan(kmeans.plain, ...edits), { only: (one) => one.data === data });

  it("of points near a tie may be either, with the sums that follow", async () => {
    expect(await judged("near-ties")).toMatchObject({ verdict: "accepted" });
    expect(await judged("near-ties", ["distance < least", "distance <= least * 1.0000005"])).toMatchObject({
      verdict: "accepted",
    });
  });

  it("of points at equal distances must be the lower index", async () => {
    const { verdict, mistake, message } = await judged("ties", ["distance < least", "distance <= least"]);
    expect({ verdict, mistake: mistake?.name }).toEqual({ verdict: "wrong-answer", mistake: "last-of-equals" });
    expect(message).toMatch(
      /\d+ of 97 elements of `labels` are wrong; the first is labels\[\d+\]: expected \d+, got \d+\.$/,
    );
  });

  it("that are never written are reported", async () => {
    const { message } = await judged("ties", ["labels[i] = nearest;", "if (i != 5) { labels[i] = nearest; }"]);
    expect(message).toContain(
      "1 of 97 elements of `labels` is wrong, never written; the first is labels[5]: expected ",
    );
  });

  it("past the end of the buffer are reported", async () => {
    const { message } = await judged("ties", ["labels[i] = nearest;", "labels[i] = nearest; labels[N + i % 4] = 0;"]);
    expect(message).toContain("The kernel writes out of bounds of `labels`, at index 97 or beyond");
  });
});

describe("numbers rounded near a half", () => {
  const judged = async (text: string) => {
    const judge = await LocalJudge.open(quantize, {
      seed: "integers",
      only: ({ shape, data }) => shape.rows === 7 && data === "near-halves",
    });
    return judge.judge(editedPlan(quantize.plain, ["round(w[start + c] / divisor)", text]));
  };

  it("may be either neighbour", async () => {
    const halfUp = "floor(w[start + c] / divisor + 0.5)";
    expect(await judged(halfUp)).toMatchObject({ verdict: "accepted" });
  });

  it("may be nothing between or beyond", async () => {
    const between = await judged("(w[start + c] / divisor)");
    expect(between.verdict).toBe("wrong-answer");
    expect(between.message).toMatch(/expected -?[\d.]+ or -?[\d.]+, got -?[\d.]+ \(allowed error [\de.-]+\)/);
    expect(await judged("(round(w[start + c] / divisor) + 1.0)")).toMatchObject({ verdict: "wrong-answer" });
  });
});
