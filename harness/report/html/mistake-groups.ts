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

/** The group that an attempt belongs to. */
interface Cause {
  /** With the group's kind, the same for all attempts in the group. */
  readonly key: readonly unknown[];
  /** In the words of this attempt. */
  readonly group: MistakeGroup;
  /** The group's title if attempts differ in their words. */
  readonly general: string;
}

interface Member extends Cause {
  readonly attempt: Attempt;
}

/**
 * Puts every failing attempt into exactly one group: by its known mistake, else by its first finding, else by its
 * message (where a compiler, a limit or Kernelmark gives the reason), else by the places of its wrong elements.
 */
export function groupMistakes(attempts: readonly Attempt[]): MistakeGroups {
  const byKey = new Map<string, Member[]>();
  for (const attempt of attempts) {
    if (attempt.verdict === "accepted" || attempt.verdict === "missing") continue;
    const cause = causeOf(attempt);
    const name = JSON.stringify([cause.group.kind, ...cause.key]);
    const members = byKey.get(name) ?? [];
    members.push({ attempt, ...cause });
    byKey.set(name, members);
  }
  const sorted = [...byKey.values()].sort((a, b) => b.length - a.length);
  const places = new Map(sorted.flatMap((members, place) => members.map(({ attempt }) => [attempt, place] as const)));
  return { groups: sorted.map(groupOf), placeOf: (attempt) => places.get(attempt) ?? null };
}

function groupOf(members: readonly Member[]): MistakeGroup {
  const { group, general } = members[0]!;
  const isSame = members.every((member) => member.group.about === group.about);
  return isSame ? group : { ...group, about: general };
}

function causeOf(attempt: Attempt): Cause {
  const { task, verdict, mistake, findings, message } = attempt;
  const nothing = { hint: "", pattern: null };
  if (mistake !== null) {
    const { name, about, hint } = mistake;
    return { key: [task, name], group: { ...nothing, kind: "known", about, hint }, general: about };
  }
  const [finding] = verdict === "wrong-answer" || verdict === "imprecise" ? findings : [];
  if (finding !== undefined) {
    const { kind, sentence } = finding;
    const general = messagePattern(sentence);
    return { key: [task, kind, general], group: { ...nothing, kind: "finding", about: sentence }, general };
  }
  const telling = headlineCase(attempt);
  const evidence = telling?.evidence ?? attempt.evidence;
  if (telling !== undefined && evidence?.kind === "wrong-elements") {
    const { output, picture, wrongCount, elementCount } = evidence;
    const about = `\`${output}\` has wrong elements at the same places`;
    // A single element needs no map.
    const pattern = picture.length > 0 && elementCount > 1 ? { output, picture, elementCount } : null;
    return {
      key: [task, telling.index, output, picture.length > 0 ? picture : wrongCount],
      group: { kind: "pattern", about, hint: `On ${describeCase(telling)} data.`, pattern },
      general: about,
    };
  }
  const general = messagePattern(message);
  return {
    key: [verdict, general],
    group: { ...nothing, kind: "message", about: shorten(firstLine(message), LONGEST) },
    general,
  };
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
  const withoutNames = firstLine(message).replace(QUOTED, (whole, quote: string, text: string) => {
    const words = text.match(/[A-Za-z_]\w*/g) ?? [];
    return words.every((word) => WGSL_WORDS.has(word) || ABSTRACT_TYPES.includes(word)) ? whole : `${quote}…${quote}`;
  });
  return shorten(withoutNames.replace(NUMBER, "…"), LONGEST);
}

function firstLine(message: string): string {
  return message.trim().split("\n", 1)[0]!;
}
