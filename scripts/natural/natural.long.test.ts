import { describe, expect, test } from "vitest";
import { naturalKernels } from "../../harness/testing/corpus/corpora.ts";
import { correctVerdict, type JudgedMistake, judgeMistakes, seedsOfMistakes } from "./judge.ts";

const SEEDS = ["one", "two", "three", "four", "five"];
/** A floor, so that fewer do not go unnoticed: the others name a symptom only, such as the place. */
const SMALLEST_CAUSE_SHARE = 0.9;

const judged: JudgedMistake[] = [];

describe.each(naturalKernels().map(({ task }) => task))("%s", (task) => {
  test("the kernel from the statement is accepted", async () => {
    expect(await correctVerdict(task)).toBe("accepted");
  });

  test("every mistake in it is refused under each seed", async () => {
    const accepted = await seedsOfMistakes(task, SEEDS);
    expect(accepted.size).toBeGreaterThanOrEqual(2);
    for (const [name, seeds] of accepted) expect(seeds, name).toEqual([]);
  });

  test("every message names the cause, or a symptom that was read", async () => {
    const ofTask = await judgeMistakes(task);
    judged.push(...ofTask);
    expect(ofTask.filter(({ outcome }) => outcome === "unread").map(({ name, lead }) => `${name}: ${lead}`)).toEqual(
      [],
    );
  });
});

test(`${100 * SMALLEST_CAUSE_SHARE} % or more of the messages name the cause`, () => {
  const named = judged.filter(({ outcome }) => outcome === "cause");
  expect(named.length / judged.length).toBeGreaterThanOrEqual(SMALLEST_CAUSE_SHARE);
});
