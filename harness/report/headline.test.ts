import { describe, expect, it } from "vitest";
import type { Verdict } from "../results/verdict.ts";
import { alsoFailing, headlineCase } from "./headline.ts";

describe("the headline", () => {
  const of = (...verdicts: Verdict[]) =>
    verdicts.map((verdict, index) => ({ verdict, index, group: `group ${index}` }));
  const headline = (verdict: Verdict, ...verdicts: Verdict[]) =>
    headlineCase({ verdict, cases: of(...verdicts) })?.index;

  it("describes an unsupported case only if no other failed", () => {
    expect(headline("time-limit", "unsupported", "accepted", "time-limit")).toBe(2);
    expect(headline("unsupported", "accepted", "unsupported")).toBe(1);
  });

  it("describes no case if all pass, or if the verdict describes none", () => {
    expect(headline("accepted", "accepted")).toBeUndefined();
    expect(headline("harness-error", "accepted", "wrong-answer")).toBeUndefined();
  });

  it("sums up the others by verdict", () => {
    const cases = of("wrong-answer", "time-limit", "wrong-answer", "accepted", "time-limit");
    expect(alsoFailing({ verdict: "wrong-answer", cases }, ({ group }) => group)).toBe(
      "Also failing: time-limit on 2 cases (group 1, group 4); wrong-answer on 1 case (group 2).",
    );
    expect(alsoFailing({ verdict: "accepted", cases: of("accepted") }, ({ group }) => group)).toBe("");
  });
});
