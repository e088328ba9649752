import type { Attempt } from "../../harness/results/attempt.ts";
import { leadingCase, type Verdict } from "../../harness/results/verdict.ts";

/** What both sides must agree about. */
export interface Outcome {
  readonly verdict: Attempt["verdict"];
  /** The known mistake's name, or null. */
  readonly mistake: string | null;
  /** The first failing case, with its first wrong element; null if all pass. */
  readonly first: string | null;
  /** The verdicts of the cases, up to one that hangs: no browser can judge those after it. */
  readonly cases: string;
  readonly message: string;
}

export function outcomeOf({ verdict, mistake, cases, message }: Attempt): Outcome {
  const leading = leadingCase(cases);
  const evidence = leading?.evidence;
  const element = evidence && "first" in evidence ? ` ${JSON.stringify(evidence.first)}` : "";
  return {
    verdict,
    mistake: mistake?.name ?? null,
    first: leading === undefined ? null : `${JSON.stringify([leading.shape, leading.params, leading.data])}${element}`,
    cases: untilHang(cases.map((one) => one.verdict)).join(" "),
    message,
  };
}

function untilHang(verdicts: readonly Verdict[]): readonly Verdict[] {
  const hang = verdicts.findIndex((verdict) => verdict === "time-limit" || verdict === "device-lost");
  return hang < 0 ? verdicts : verdicts.slice(0, hang + 1);
}

/** Why a browser may differ; undefined if it has to give the same. */
export function reasonToDiffer(node: Outcome, browser: Outcome): string | undefined {
  const language =
    /(?:language extension|feature) '(\w+)'.*(?:not|disabled)|'(\w+)' (?:language feature|extension)/.exec(
      browser.message,
    );
  if (browser.verdict === "compile-error" && language !== null) return `lacks \`${language[1] ?? language[2]}\``;
  const feature = /requires ("[\w-]+"(?: and "[\w-]+")*), which this adapter lacks/.exec(browser.message);
  if (browser.verdict === "unsupported" && feature !== null) return `lacks ${feature[1]!.replaceAll('"', "`")}`;
  // Syntax errors: see docs/browser.md.
  if (node.verdict === "compile-error" && browser.verdict === "compile-error") return "other words for a syntax error";
  // The verdict has to be the same, and the first case.
  const onlyCasesDiffer = differences(node, browser).join() === "cases";
  const bothSay = (text: string) => node.message.includes(text) && browser.message.includes(text);
  if (onlyCasesDiffer && bothSay("values past the buffers' ends")) return "reads out of bounds, which give any value";
  if (onlyCasesDiffer && bothSay("all invocations of a workgroup share")) return "a race, whose winner may differ";
  const [one, other] = [node, browser].map(({ first }) => first?.replace(/"got":("[^"]*"|[^,}]*)/, ""));
  if (differences(node, browser).join() === "first" && one === other) return "reads memory that is filled at random";
  return undefined;
}

/** The fields in which two outcomes differ. */
export function differences(node: Outcome, browser: Outcome): (keyof Outcome)[] {
  return (["verdict", "mistake", "first", "cases"] as const).filter((field) => node[field] !== browser[field]);
}
