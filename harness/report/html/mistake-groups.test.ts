import { describe, expect, test } from "vitest";
import type { Attempt } from "../../results/attempt.ts";
import type { WrongElements } from "../../results/evidence.ts";
import { madeUpAttempt } from "../../testing/made-up-run.ts";
import { groupMistakes, messagePattern } from "./mistake-groups.ts";

const MISTAKE = { name: "no-max", about: "the maximum is not subtracted", hint: "Subtract it." };

function found(kind: string, sentence: string): Partial<Attempt> {
  return { findings: [{ aspect: "how", kind, sentence, isGuess: false }] };
}

/** A wrong answer whose first failing case has this picture. */
function wrongAt(candidate: string, picture: readonly string[], task = "softmax"): Attempt {
  const element = { index: [0], expected: 0, got: 1, bound: 0 };
  const evidence: WrongElements = {
    kind: "wrong-elements",
    output: "y",
    ...{
      first: element,
      worst: element,
      wrongCount: 1,
      neverWrittenCount: 0,
      judgedCount: 9,
      elementCount: 9,
      picture,
    },
  };
  const attempt = madeUpAttempt(candidate, task, "wrong-answer");
  return { ...attempt, cases: attempt.cases.map((one) => (one.verdict === "accepted" ? one : { ...one, evidence })) };
}

/** The candidates of each group, with its kind and title. */
function grouped(attempts: readonly Attempt[]): [kind: string, about: string, candidates: string][] {
  const { groups, placeOf } = groupMistakes(attempts);
  return groups.map(({ kind, about }, place) => {
    const own = attempts.filter((attempt) => placeOf(attempt) === place);
    return [kind, about, own.map(({ candidate }) => candidate).join(" ")];
  });
}

describe("failing attempts", () => {
  test("are grouped by known mistake, finding, message, and places of wrong elements; the largest group first", () => {
    const message = (candidate: string, verdict: Attempt["verdict"], text: string, task = "softmax") =>
      madeUpAttempt(candidate, task, verdict, { message: text, cases: [] });
    expect(
      grouped([
        message("a", "compile-error", "unresolved value 'wieght'"),
        message("b", "compile-error", "unresolved value 'sum2'", "attention"),
        message("c", "compile-error", "unresolved value 'x'\nunresolved value 'y'"),
        message("d", "plan-error", "unresolved value 'x'"),
        madeUpAttempt("e", "softmax", "wrong-answer", {
          mistake: MISTAKE,
          ...found("scale", "It is 2 times too large."),
        }),
        madeUpAttempt("f", "softmax", "wrong-answer", { mistake: MISTAKE }),
        madeUpAttempt("g", "softmax", "wrong-answer", found("scale", "It is 2 times too large.")),
        madeUpAttempt("h", "softmax", "wrong-answer", found("scale", "It is 3 times too large.")),
        madeUpAttempt("i", "attention", "wrong-answer", found("scale", "It is 3 times too large.")),
        wrongAt("j", ["#··"]),
        wrongAt("k", ["#··"]),
        wrongAt("l", ["··#"]),
        wrongAt("m", ["#··"], "attention"),
        message("n", "harness-error", "Out of memory at 0x7f."),
        madeUpAttempt("o", "softmax", "accepted"),
        madeUpAttempt("p", "softmax", "missing"),
      ]),
    ).toEqual([
      ["message", "unresolved value '…'", "a b c"],
      ["known", "the maximum is not subtracted", "e f"],
      ["finding", "It is … times too large.", "g h"],
      ["pattern", "`y` has wrong elements at the same places", "j k"],
      ["message", "unresolved value 'x'", "d"],
      ["finding", "It is 3 times too large.", "i"],
      ["pattern", "`y` has wrong elements at the same places", "l"],
      ["pattern", "`y` has wrong elements at the same places", "m"],
      ["message", "Out of memory at 0x7f.", "n"],
    ]);
  });

  test("keep the names and numbers that all of them have", () => {
    const twice = (candidate: string) =>
      madeUpAttempt(candidate, "softmax", "wrong-answer", found("scale", "It is 2 times too large."));
    expect(grouped([twice("a"), twice("b")])).toEqual([["finding", "It is 2 times too large.", "a b"]]);
  });

  test("show a map of their wrong elements, unless there is only one", () => {
    const [attempt] = [wrongAt("a", ["#··"])];
    expect(groupMistakes([attempt!]).groups[0]!.pattern).toEqual({ output: "y", picture: ["#··"], elementCount: 9 });
    const [failing] = attempt!.cases.filter(({ verdict }) => verdict !== "accepted");
    const evidence = { ...(failing!.evidence as WrongElements), elementCount: 1, picture: ["#"] };
    const single = { ...attempt!, cases: [{ ...failing!, evidence }] };
    expect(groupMistakes([single]).groups[0]!.pattern).toBeNull();
  });
});

describe("the pattern of a message", () => {
  test.each([
    ["unresolved value 'wieght'", "unresolved value '…'"],
    ["cannot assign value of type 'vec3<f32>' to 'abstract-float'", undefined],
    ["no matching call to 'foo(f32, u32)'\n\n5 candidate functions:", "no matching call to '…'"],
    ["expected ';' for variable declaration", undefined],
    ['`passes[0].bindings[1]` is "out", but', '`passes[…].bindings[…]` is "…", but'],
    ["3 of f32's seven digits, and the kernel's own", "… of f32's seven digits, and the kernel's own"],
    ["within 2.004 s on rows=1 cols=1e-7, tile16", "within … s on rows=… cols=…, tile16"],
    ["", undefined],
  ])("%j", (message, expected = message) => {
    expect(messagePattern(message)).toBe(expected);
  });
});
