import { group } from "d3-array";
import type { Marks } from "../marks/marks.ts";
import { matchRoster } from "../marks/match-roster.ts";
import type { NotTaken } from "../results/not-taken.ts";
import type { Results } from "../results/results.ts";
import type { SimilarWork } from "../similarity/similar-work.ts";
import { lookAlikes } from "../submission/look-alikes.ts";
import { count } from "../text/count.ts";
import { printable } from "../text/printable.ts";
import { builtInSourceText } from "./built-in-text.ts";
import { personLabels } from "./person-label.ts";
import type { MarkedRun } from "./report.ts";
import { heldSentences } from "./terminal/held-text.ts";

/** Something in a run that only a person can decide. */
export interface Need {
  /** A heading: `Not on the roster`. */
  readonly about: string;
  /** What to do about each item, as sentences; empty if the items say it. */
  readonly todo: string;
  /** At least one. */
  readonly items: readonly NeedItem[];
}

export interface NeedItem {
  /** Whom it is about; empty if it is not about one candidate. */
  readonly candidate: string;
  /** The candidate's name, from the roster; may be empty. */
  readonly name: string;
  /** A sentence; empty if the heading says everything. */
  readonly text: string;
}

/** What a kind of need is found in. */
interface NeedSource {
  readonly results: Results;
  readonly marks: Marks;
  readonly similar: SimilarWork;
  /** Candidates of whom something was graded or found, whether they are on the roster or not. */
  readonly present: ReadonlySet<string>;
  item(candidate: string, text?: string): NeedItem;
  /** Candidates as `personLabels` calls them. */
  list(candidates: readonly string[]): string;
}

/** In the order in which they are shown: what may change marks comes first. */
const KINDS: readonly ((source: NeedSource) => Need)[] = [
  notJudged,
  refused,
  notTaken,
  strangers,
  alike,
  absent,
  implausible,
  identical,
  builtIn,
];

/**
 * Everything in a run that a person has to look at before its marks are published. */
export function needsPerson({ results, marks }: Pick<MarkedRun, "results" | "marks">, similar: SimilarWork): Need[] {
  const names = new Map(results.roster.map(({ candidate, name }) => [candidate, name]));
  const submitted = results.attempts.filter(({ verdict }) => verdict !== "missing");
  const listed = new Set(names.keys());
  const labelOf = personLabels(results.roster);
  const source: NeedSource = {
    results,
    marks,
    similar,
    present: new Set([
      ...[...submitted, ...results.notTaken].map(({ candidate }) => candidate),
      // Without being on the roster, they can only be known from a folder.
      ...results.attempts.map(({ candidate }) => candidate).filter((candidate) => !listed.has(candidate)),
    ]),
    list: (candidates) => candidates.map((candidate) => printable(labelOf(candidate))).join("; "),
    item: (candidate, text = "") => ({ candidate, name: names.get(candidate) ?? "", text }),
  };
  return KINDS.map((find) => find(source)).filter(({ items }) => items.length > 0);
}

function notJudged({ results, marks, item }: NeedSource): Need {
  const sentences = heldSentences(results.attempts, marks);
  return { about: "Not judged", todo: "", items: sentences.map((text) => item("", text)) };
}

function refused({ results: { refused, notTaken }, item }: NeedSource): Need {
  const ownerOf = new Map(notTaken.map(({ path, candidate }) => [path, candidate]));
  return {
    about: "Refused",
    todo: "Correct them, or ask their owners to, and grade again with --again; for those of a download, decide in its collected.csv, and collect again with --mapping.",
    items: refused.map(({ path, reason }) => item(ownerOf.get(path) ?? "", `${path}: ${reason}`)),
  };
}

function notTaken({ results: { notTaken, refused, assignment }, item }: NeedSource): Need {
  const isRefused = new Set(refused.map(({ path }) => path));
  const lacking = notTaken.filter(
    ({ path, task, instead }) =>
      instead === "" && (task === "" || Object.hasOwn(assignment.tasks, task)) && !isRefused.has(path),
  );
  const items = [...group(lacking, ({ candidate }) => candidate)].flatMap(([candidate, own]) => {
    const ofTasks = own.filter(({ task }) => task !== "");
    const [first, ...others] = own.filter(({ task }) => task === "");
    const texts = ofTasks.map((one) => `${nameWithin(one)}${one.reason} ${one.fix}`);
    if (first !== undefined) {
      const more = others.length === 0 ? "" : ` (and ${count(others.length, "other file")})`;
      texts.push(`${nameWithin(first, more)}${first.reason} ${first.fix}`);
    }
    return texts.map((text) => item(candidate, text));
  });
  return {
    about: "Found, but not graded",
    todo: "Correct the files, or ask for them, and grade again with --again; `kernelmark collect` corrects most of them.",
    items,
  };
}

/** `src/softmax.ts: `; nothing for the candidate's folder itself. */
function nameWithin({ candidate, path }: NotTaken, more = ""): string {
  const folder = printable(candidate);
  if (path === folder) return "";
  return `${path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path}${more}: `;
}

function strangers({ results: { roster }, present, item }: NeedSource): Need {
  const found = matchRoster(roster, [...present].sort()).strangers;
  return {
    about: "Not matched to the roster",
    todo: "Add them to the roster or, if they are on it, name their folder there; then write the reports again with --roster.",
    items: found.map(({ folder, hint }) => item(folder, hint)),
  };
}

/** Those whom the roster lists are different people. */
function alike({ results: { roster }, present, item, list }: NeedSource): Need {
  const listed = new Set(roster.map(({ candidate }) => candidate));
  const groups = lookAlikes([...present].sort()).filter((names) => !names.every((name) => listed.has(name)));
  return {
    about: "Perhaps one person",
    todo: "If they are one person, keep the folder that counts, and grade again with --again.",
    items: groups.map((names) => item("", `${list(names)}.`)),
  };
}

/** While a run is unfinished, those not graded yet look absent. */
function absent({ results: { roster, state }, present, item }: NeedSource): Need {
  const missing = state === "finished" ? roster.filter(({ candidate }) => !present.has(candidate)) : [];
  return {
    about: "On the roster, but nothing submitted",
    todo: "Make sure that none of the folders is theirs: they get no points.",
    items: missing.map(({ candidate }) => item(candidate)),
  };
}

function implausible({ results: { attempts }, item }: NeedSource): Need {
  const items = attempts.flatMap(({ candidate, task, measurement }) => {
    if (measurement?.state !== "measured" || !measurement.isImplausible) return [];
    const { speedup, against } = measurement;
    return [item(candidate, `${printable(task)}: ${speedup.toFixed(2)}x as fast as ${against}.`)];
  });
  return {
    about: "Implausibly fast",
    todo: "Read the kernel: it is faster than this adapter copied memory or computed, so it gets no speed points yet.",
    items,
  };
}

/** A group of members with one variant, since 21 candidates with the same kernel make 210 pairs. */
function identical({ similar: { groups }, item, list }: NeedSource): Need {
  const items = groups.flatMap(({ task, members }) => {
    const same = [...group(members, ({ variant }) => variant).values()].filter((own) => own.length > 1);
    return same.flatMap((own) => {
      const here = own.filter(({ cohort }) => cohort === null).map(({ candidate }) => candidate);
      const earlier = own.flatMap(({ candidate, cohort }) => (cohort === null ? [] : [`${candidate} (${cohort})`]));
      if (here.length === 0) return [];
      const names = [list(here), ...earlier.map((name) => printable(name))].join("; ");
      return [item("", `${printable(task)}: ${names}.`)];
    });
  });
  return {
    about: "The same work",
    todo: "Compare their sources, and talk to them: the same kernel is a reason to ask, not proof of copying.",
    items,
  };
}

function builtIn({ results: { builtInCode = [], assignment }, item }: NeedSource): Need {
  const effect =
    assignment.builtInCode === "refuse"
      ? "Verbatim copies get no points, as the assignment says."
      : "It counts like any other; `builtInCode: refuse` in the assignment gives no points for verbatim copies.";
  return {
    about: "Code that comes with Kernelmark",
    todo: effect,
    items: builtInCode.map(({ candidate, task, source, isVerbatim }) => {
      const how = isVerbatim ? "" : ", with other names or numbers: compare the sources";
      return item(candidate, `${printable(task)}: ${builtInSourceText(source)}${how}.`);
    }),
  };
}
