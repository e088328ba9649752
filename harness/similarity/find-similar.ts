import { createHash } from "node:crypto";
import { group } from "d3-array";
import type { Attempt } from "../results/attempt.ts";
import { commonFragments, fingerprintsOf } from "./fingerprints.ts";
import { type WgslPiece, wgslPieces } from "./kernel-source.ts";
import { publicFiles } from "./public-files.ts";
import type { SimilarFragment, SimilarPair } from "./similar-pair.ts";

/** Pairs with less in common are not worth a look. */
const LEAST_SIMILARITY = 0.4;
/** A submission with fewer runs of its own contains nothing worth copying. */
const FEWEST_FINGERPRINTS = 8;
/** Code that a larger share of submissions has in common is explained by the task, unless only a handful share it. */
const COMMON_SHARE = 0.1;
const COMMON_LEAST = 10;
const MOST_PAIRS = 200;

interface Submitted {
  readonly candidate: string;
  readonly pieces: readonly WgslPiece[];
  /** All tokens: the same for submissions that differ only in names, numbers, comments and layout. */
  readonly text: string;
  /** Without those of the starter and the built-in kernels. */
  readonly fingerprints: readonly number[];
}

/** Two similar submissions, before their common parts are located. */
interface Likeness {
  readonly task: string;
  readonly a: Submitted;
  readonly b: Submitted;
  readonly similarity: number;
  readonly shared: number;
  readonly ignored: ReadonlySet<number>;
}

/**
 * Pairs of candidates whose kernels are more alike than the starters, the built-in kernels and the tasks explain; the
 * most similar first.
 */
export async function findSimilar(attempts: readonly Attempt[]): Promise<SimilarPair[]> {
  const ofTasks = group(
    attempts.filter(({ files }) => files.length > 0),
    ({ task }) => task,
  );
  const found: Likeness[] = [];
  for (const [task, own] of ofTasks) {
    const published = fingerprintsOf(wgslPieces(await publicFiles(task)));
    for (const likeness of mostAlike(likenesses(task, own, published))) found.push(likeness);
  }
  const fragmentsOf = rememberingFragments();
  return mostAlike(found).map(({ task, a, b, similarity, ignored }) => {
    const fragments = fragmentsOf(a.pieces, b.pieces, ignored);
    const longestFragment = fragments[0]?.tokens ?? 0;
    return { task, a: a.candidate, b: b.candidate, similarity, longestFragment, fragments };
  });
}

/** Caches by text: if many submit the same kernels, many pairs are the same two texts. */
function rememberingFragments(): typeof commonFragments {
  const keys = new Map<readonly WgslPiece[], string>();
  const keyOf = (pieces: readonly WgslPiece[]): string => {
    const key = keys.get(pieces) ?? createHash("sha256").update(JSON.stringify(pieces)).digest("hex");
    keys.set(pieces, key);
    return key;
  };
  const known = new Map<ReadonlySet<number>, Map<string, SimilarFragment[]>>();
  return (a, b, ignored) => {
    const ofIgnored = known.get(ignored) ?? new Map<string, SimilarFragment[]>();
    known.set(ignored, ofIgnored);
    const key = `${keyOf(a)} ${keyOf(b)}`;
    const fragments = ofIgnored.get(key) ?? commonFragments(a, b, ignored);
    ofIgnored.set(key, fragments);
    return fragments;
  };
}

function mostAlike(found: Likeness[]): Likeness[] {
  return found
    .sort((one, other) => other.similarity - one.similarity || other.shared - one.shared)
    .slice(0, MOST_PAIRS);
}

function likenesses(task: string, attempts: readonly Attempt[], published: ReadonlySet<number>): Likeness[] {
  const submitted = attempts
    .map(({ candidate, files }): Submitted => {
      const pieces = wgslPieces(files);
      const fingerprints = [...fingerprintsOf(pieces)].filter((hash) => !published.has(hash));
      return { candidate, pieces, text: pieces.map(textOf).sort().join("\n"), fingerprints };
    })
    .filter(({ fingerprints }) => fingerprints.length >= FEWEST_FINGERPRINTS)
    .sort((a, b) => (a.candidate < b.candidate ? -1 : 1));
  const common = commonOnes(submitted);
  const ignored = new Set([...published, ...common]);
  const peculiar = submitted.map(({ fingerprints }) => fingerprints.filter((hash) => !common.has(hash)));
  const found: Likeness[] = [];
  for (const { first, second, shared } of countShared(peculiar)) {
    const [a, b] = [submitted[first]!, submitted[second]!];
    const similarity = (2 * shared) / (peculiar[first]!.length + peculiar[second]!.length);
    const isTelling = Math.min(peculiar[first]!.length, peculiar[second]!.length) >= FEWEST_FINGERPRINTS;
    if (a.text === b.text || !isTelling || similarity < LEAST_SIMILARITY) continue;
    found.push({ task, a, b, similarity, shared, ignored });
  }
  return [...found, ...sameTexts(submitted).map(([a, b]) => sameText(task, a, b, published))];
}

function textOf({ tokens }: WgslPiece): string {
  return tokens.map(({ text }) => text).join(" ");
}

/** Identical whole kernels are suspicious, however many candidates submit them. */
function sameText(task: string, a: Submitted, b: Submitted, published: ReadonlySet<number>): Likeness {
  return { task, a, b, similarity: 1, shared: a.fingerprints.length, ignored: published };
}

function sameTexts(submitted: readonly Submitted[]): (readonly [Submitted, Submitted])[] {
  return [...group(submitted, ({ text }) => text).values()].flatMap((same) =>
    same.flatMap((a, index) => same.slice(index + 1, index + 1 + MOST_PAIRS).map((b) => [a, b] as const)),
  );
}

/** Fingerprints common to many kernels; identical kernels count once. */
function commonOnes(submitted: readonly Submitted[]): Set<number> {
  const most = Math.max(COMMON_LEAST, Math.ceil(COMMON_SHARE * submitted.length));
  const counts = new Map<number, number>();
  for (const { fingerprints } of new Map(submitted.map((one) => [one.text, one])).values()) {
    for (const hash of fingerprints) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count > most).map(([hash]) => hash));
}

/** The number of common fingerprints of each pair. Visits only pairs that have any: most have none. */
function countShared(
  sets: readonly (readonly number[])[],
): { readonly first: number; readonly second: number; readonly shared: number }[] {
  const holders = new Map<number, number[]>();
  for (const [index, hashes] of sets.entries()) {
    for (const hash of hashes) holders.set(hash, [...(holders.get(hash) ?? []), index]);
  }
  const counts = new Map<number, number>();
  for (const indices of holders.values()) {
    for (const [rank, first] of indices.entries()) {
      for (const second of indices.slice(rank + 1)) {
        const key = first * sets.length + second;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return [...counts].map(([key, shared]) => ({
    first: Math.floor(key / sets.length),
    second: key % sets.length,
    shared,
  }));
}
