import type { Attempt } from "../../results/attempt.ts";
import { describeCase } from "../../task/case.ts";
import { shorten } from "../../text/printable.ts";
import { WGSL_WORDS } from "../../wgsl/words.ts";
import { headlineCase } from "../headline.ts";
import type { MistakeGroup } from "./index-data.ts";

export interface MistakeGroups {
  /** The largest first. */
  readonly groups: readonly MistakeGroup[];
  /** The group of an attempt; null if it does not fail. */
  placeOf(attempt: Attempt): number | null;
}

interface Member {
  readonly attempt: Attempt;
  readonly group: MistakeGroup;
}

/**
 * Puts every failing attempt into exactly one group: by its known mistake, else by its first finding, else by its
 * message (where a compiler, a limit or Kernelmark gives the reason), else by the places of its wrong elements.
 */
export function groupMistakes(attempts: readonly Attempt[]): MistakeGroups {
  const byKey = new Map<string, Member[]>();
  for (const attempt of attempts) {
    if (attempt.verdict === "accepted" || attempt.verdict === "missing") continue;
    const { key, group } = causeOf(attempt);
    const name = JSON.stringify([group.kind, ...key]);
    byKey.set(name, [...(byKey.get(name) ?? []), { attempt, group }]);
  }
  const sorted = [...byKey.values()].sort((a, b) => b.length - a.length);
  const places = new Map(sorted.flatMap((members, place) => members.map(({ attempt }) => [attempt, place] as const)));
  return { groups: sorted.map(commonest), placeOf: (attempt) => places.get(attempt) ?? null };
}

/** The group with the wording that most members have. */
function commonest(members: readonly Member[]): MistakeGroup {
  const counts = new Map<string, number>();
  for (const { group } of members) counts.set(group.about, (counts.get(group.about) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return members.find(({ group }) => counts.get(group.about) === most)!.group;
}

/** The group that an attempt belongs to: attempts with the same kind and key are in the same group. */
function causeOf(attempt: Attempt): { readonly key: readonly unknown[]; readonly group: MistakeGroup } {
  const { task, verdict, mistake, findings, message } = attempt;
  const nothing = { hint: "", pattern: null };
  if (mistake !== null) {
    const { name, about, hint } = mistake;
    return { key: [task, name], group: { ...nothing, kind: "known", about, hint } };
  }
  const [finding] = verdict === "wrong-answer" || verdict === "imprecise" ? findings : [];
  if (finding !== undefined) {
    const { kind, sentence } = finding;
    return { key: [task, kind, messagePattern(sentence)], group: { ...nothing, kind: "finding", about: sentence } };
  }
  const telling = headlineCase(attempt);
  const evidence = telling?.evidence ?? attempt.evidence;
  if (telling !== undefined && evidence?.kind === "wrong-elements") {
    const { output, picture, wrongCount, elementCount } = evidence;
    return {
      key: [task, telling.index, output, picture.length > 0 ? picture : wrongCount],
      group: {
        kind: "pattern",
        about: `\`${output}\` has wrong elements at the same places`,
        hint: `On ${describeCase(telling)} data.`,
        // A single element needs no map.
        pattern: picture.length > 0 && elementCount > 1 ? { output, picture, elementCount } : null,
      },
    };
  }
  const about = messagePattern(message);
  return { key: [verdict, about], group: { ...nothing, kind: "message", about } };
}

/** Types that Tint names and no kernel can write: `abstract-int`, `abstract-float`. */
const ABSTRACT_TYPES = ["abstract", "int", "float"];
const QUOTED = /(?<!\w)(['"])([^'"\n]*)\1(?!\w)/g;
const NUMBER = /(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?!\w)/g;
const LONGEST = 240;

/**
 * The first line of a message without what differs between candidates who made the same mistake: numbers, and quoted
 * texts except words of WGSL. `unresolved value 'wieght'` becomes `unresolved value '…'`.
 */
export function messagePattern(message: string): string {
  const [line = ""] = message.trim().split("\n");
  const withoutNames = line.replace(QUOTED, (whole, quote: string, text: string) => {
    const words = text.match(/[A-Za-z_]\w*/g) ?? [];
    return words.every((word) => WGSL_WORDS.has(word) || ABSTRACT_TYPES.includes(word)) ? whole : `${quote}…${quote}`;
  });
  return shorten(withoutNames.replace(NUMBER, "…"), LONGEST);
}
