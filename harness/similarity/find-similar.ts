import { createHash } from "node:crypto";
import { group } from "d3-array";
import type { Attempt } from "../results/attempt.ts";
import { averageLinkage } from "./average-linkage.ts";
import type { EarlierAttempt } from "./earlier-work.ts";
import { commonFragments, FEWEST_FINGERPRINTS, fingerprintsOf } from "./fingerprints.ts";
import { normalizedText, wgslPieces } from "./kernel-source.ts";
import { publicFiles } from "./public-files.ts";
import type { SimilarGroup, SimilarMember, SimilarWork } from "./similar-work.ts";

/** Submissions with less in common are not worth a look. */
const LEAST_SIMILARITY = 0.4;
/** Code that a larger share of submissions has in common is explained by the task, unless only a handful share it. */
const COMMON_SHARE = 0.1;
const COMMON_LEAST = 10;
/** More than an instructor looks at. */
const MOST_GROUPS = 200;
const MOST_PAIRS_OF_GROUP = 10;

interface Submitted {
  /** Its files may be on disk until they are read: nothing here holds those of all. */
  readonly work: Pick<Attempt, "candidate" | "task" | "files">;
  /** Null for this run's. */
  readonly cohort: string | null;
}

/** A kernel that one or more submitted: the same except for names, numbers, comments and layout. */
interface Variant {
  /** This run's first. */
  readonly submitters: readonly Submitted[];
  /** Without those of the starter and the built-in kernels. */
  readonly fingerprints: readonly number[];
}

/** A group before the common parts of its pairs are located. */
interface Likeness extends Omit<SimilarGroup, "pairs" | "omittedPairs"> {
  /** The most similar first. */
  readonly pairs: readonly LikePair[];
}

interface LikePair {
  /** Places of the members. */
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
  /** Fingerprints that do not count. */
  readonly ignored: ReadonlySet<number>;
}

/**
 * Groups of candidates whose kernels are more alike than the starters, the built-in kernels and the tasks explain.
 * Groups are clusters by average linkage; two similar submissions in different clusters are a group of their own, so
 * that every similar pair is in one group.
 *
 * @param earlier earlier cohorts' work: groups have at least one member of this run
 */
export async function findSimilar(
  attempts: readonly Attempt[],
  earlier: readonly EarlierAttempt[] = [],
): Promise<SimilarWork> {
  const submitted: Submitted[] = [
    ...attempts.map((work) => ({ work, cohort: null })),
    ...earlier.map((work) => ({ work, cohort: work.cohort })),
  ];
  const ofTasks = group(
    submitted.filter(({ work }) => work.files.length > 0),
    ({ work }) => work.task,
  );
  const found: Likeness[] = [];
  for (const [task, own] of ofTasks) {
    const published = fingerprintsOf(wgslPieces(await publicFiles(task)));
    found.push(...likenesses(task, variantsOf(own, published), published));
  }
  found.sort((one, other) => other.highest - one.highest || other.members.length - one.members.length);
  const omitted = found.slice(MOST_GROUPS);
  return {
    groups: found.slice(0, MOST_GROUPS).map(withFragments),
    omittedGroups: omitted.length,
    omittedPairs: omitted.reduce((sum, { members: { length } }) => sum + (length * (length - 1)) / 2, 0),
  };
}

/** Locates the common parts of the most similar pairs. */
function withFragments(likeness: Likeness): SimilarGroup {
  const { members } = likeness;
  const pairs = likeness.pairs.slice(0, MOST_PAIRS_OF_GROUP).map(({ a, b, similarity, ignored }) => {
    const fragments = commonFragments(wgslPieces(members[a]!.files), wgslPieces(members[b]!.files), ignored);
    return { a, b, similarity, longestFragment: fragments[0]?.tokens ?? 0, fragments };
  });
  return { ...likeness, pairs, omittedPairs: likeness.pairs.length - pairs.length };
}

/** Those with code of their own, in alphabetical order. */
function variantsOf(submitted: readonly Submitted[], published: ReadonlySet<number>): Variant[] {
  const variants = new Map<string, { submitters: Submitted[]; fingerprints: number[] }>();
  for (const one of submitted.toSorted((a, b) => inOrderOfMembers(memberOf(a), memberOf(b)))) {
    const pieces = wgslPieces(one.work.files);
    const text = pieces.map(normalizedText).sort().join("\n");
    const key = createHash("sha256").update(text).digest("base64");
    const known = variants.get(key);
    if (known !== undefined) {
      known.submitters.push(one);
      continue;
    }
    const fingerprints = [...fingerprintsOf(pieces)].filter((hash) => !published.has(hash));
    variants.set(key, { submitters: [one], fingerprints });
  }
  return [...variants.values()].filter(({ fingerprints }) => fingerprints.length >= FEWEST_FINGERPRINTS);
}

function memberOf({ work: { candidate }, cohort }: Submitted): Member {
  return { candidate, cohort };
}

type Member = Pick<SimilarMember, "candidate" | "cohort">;

/** This run's first, then by cohort. */
function inOrderOfMembers(a: Member, b: Member): number {
  if ((a.cohort === null) !== (b.cohort === null)) return a.cohort === null ? -1 : 1;
  return compare(a.cohort ?? "", b.cohort ?? "") || compare(a.candidate, b.candidate);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function likenesses(task: string, variants: readonly Variant[], published: ReadonlySet<number>): Likeness[] {
  const common = commonOnes(variants);
  const peculiar = variants.map(({ fingerprints }) => fingerprints.filter((hash) => !common.has(hash)));
  const similarities = similaritiesOf(peculiar);
  const clusters = averageLinkage(similarities, LEAST_SIMILARITY);
  const clusterOf = new Map(clusters.flatMap((cluster, place) => cluster.map((variant) => [variant, place])));
  // Similar variants in different clusters.
  const others = similarities.flatMap((row, a) =>
    [...row]
      .filter(([b, similarity]) => a < b && similarity >= LEAST_SIMILARITY && clusterOf.get(a) !== clusterOf.get(b))
      .map(([b]) => [a, b]),
  );
  const ignored = new Set([...published, ...common]);
  return [...clusters, ...others].flatMap((places) => {
    const chosen = places.map((place) => variants[place]!);
    const members = membersOf(chosen);
    if (members.length < 2 || members[0]!.cohort !== null) return [];
    const holders = group(members.keys(), (place) => members[place]!.variant);
    // Nothing is common to all in kernels that are the same as a whole.
    const same = [...holders].map(([variant, [a, b]]) => ({ a, b, variants: [variant, variant], similarity: 1 }));
    const between = pairsOf(places.length).map(([one, other]) => {
      const similarity = similarities[places[one]!]!.get(places[other]!) ?? 0;
      const [first, second] = holders.get(one)![0]! < holders.get(other)![0]! ? [one, other] : [other, one];
      return { a: holders.get(first)![0], b: holders.get(second)![0], variants: [first, second], similarity };
    });
    const pairs = [...same, ...between]
      .filter(({ a, b }) => b !== undefined && members[a!]!.cohort === null)
      .sort((one, other) => other.similarity - one.similarity)
      .map(({ a, b, variants: [one, other], similarity }): LikePair => {
        return { a: a!, b: b!, similarity, ignored: one === other ? published : ignored };
      });
    return [{ task, members, highest: pairs[0]!.similarity, lowest: pairs.at(-1)!.similarity, pairs }];
  });
}

function membersOf(variants: readonly Variant[]): SimilarMember[] {
  return variants
    .flatMap(({ submitters }, variant) =>
      submitters.map((one) => ({
        ...memberOf(one),
        variant,
        get files() {
          return one.work.files;
        },
      })),
    )
    .sort(inOrderOfMembers);
}

/** All pairs of the numbers below `length`, the lesser one first. */
function pairsOf(length: number): (readonly [number, number])[] {
  return Array.from({ length }, (_, a) =>
    Array.from({ length: length - a - 1 }, (_, rest) => [a, a + 1 + rest] as const),
  ).flat();
}

/** Fingerprints common to many kernels; identical kernels count once. */
function commonOnes(variants: readonly Variant[]): Set<number> {
  const submitters = variants.reduce((sum, variant) => sum + variant.submitters.length, 0);
  const most = Math.max(COMMON_LEAST, Math.ceil(COMMON_SHARE * submitters));
  const counts = new Map<number, number>();
  for (const { fingerprints } of variants) {
    for (const hash of fingerprints) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count > most).map(([hash]) => hash));
}

/** The share of fingerprints that each two have in common. Visits only pairs that have any: most have none. */
function similaritiesOf(sets: readonly (readonly number[])[]): Map<number, number>[] {
  const holders = new Map<number, number[]>();
  for (const [index, hashes] of sets.entries()) {
    // A variant with little of its own resembles others by chance.
    if (hashes.length < FEWEST_FINGERPRINTS) continue;
    for (const hash of hashes) {
      const known = holders.get(hash);
      if (known === undefined) holders.set(hash, [index]);
      else known.push(index);
    }
  }
  const shared = sets.map(() => new Map<number, number>());
  for (const indices of holders.values()) {
    for (const [rank, one] of indices.entries()) {
      const row = shared[one]!;
      for (const other of indices.slice(rank + 1)) row.set(other, (row.get(other) ?? 0) + 1);
    }
  }
  const similarities = sets.map(() => new Map<number, number>());
  for (const [one, row] of shared.entries()) {
    for (const [other, count] of row) {
      const similarity = (2 * count) / (sets[one]!.length + sets[other]!.length);
      similarities[one]!.set(other, similarity);
      similarities[other]!.set(one, similarity);
    }
  }
  return similarities;
}
