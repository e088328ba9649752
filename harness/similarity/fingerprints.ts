import { WinnowFilter } from "@dodona/dolos-core";
import type { WgslPiece } from "./kernel-source.ts";
import type { SimilarFragment, SourceLines } from "./similar-work.ts";

/**
 * Winnowing (Schleimer, Wilkerson and Aiken 2003) finds every common run of at least `RUN + WINDOW - 1` tokens, and none
 * shorter than `RUN`. Runs of 12 tokens are about a line of WGSL: shorter ones (`for (var i = 0; i < N; i++) {`) are in
 * every kernel.
 */
const RUN = 12;
const WINDOW = 6;
const FILTER = new WinnowFilter(RUN, WINDOW);

/** A submission with fewer runs of its own contains nothing worth copying. */
export const FEWEST_FINGERPRINTS = 8;

/** A submission's fingerprints: hashes of runs of tokens. */
export function fingerprintsOf(pieces: readonly WgslPiece[]): Set<number> {
  return new Set(runsOf(pieces).map(({ hash }) => hash));
}

/** More than a reader looks at for one pair. */
const MOST_FRAGMENTS = 50;
/** Occurrences of a run tried in the other submission: statements may repeat a thousand times. */
const MOST_PLACES = 8;

/**
 * The parts that two submissions have in common, the longest first, omitting parts of ignored runs only. Takes time
 * linear in the length of the two submissions, whatever their content.
 */
export function commonFragments(
  a: readonly WgslPiece[],
  b: readonly WgslPiece[],
  ignored: ReadonlySet<number>,
): SimilarFragment[] {
  const right = runsOf(b);
  const places = new Map<number, number[]>();
  for (const [index, { hash }] of right.entries()) {
    if (ignored.has(hash)) continue;
    const known = places.get(hash) ?? [];
    if (known.length < MOST_PLACES) places.set(hash, [...known, index]);
  }
  const left = runsOf(a);
  const fragments: SimilarFragment[] = [];
  for (let from = 0; from < left.length; ) {
    const found = longestMatch(left, from, right, places.get(left[from]!.hash) ?? [], ignored);
    if (found.runs > 0) {
      const ends = [left[from]!, left[from + found.runs - 1]!] as const;
      fragments.push({
        a: linesFrom(...ends),
        b: linesFrom(right[found.place]!, right[found.place + found.runs - 1]!),
        tokens: ends[1].start + RUN - ends[0].start,
      });
    }
    from += Math.max(found.runs, 1);
  }
  return withoutContained(fragments.sort((one, other) => other.tokens - one.tokens).slice(0, MOST_FRAGMENTS));
}

/** A fingerprint and the position at which its run of tokens begins. */
interface Run {
  readonly hash: number;
  readonly piece: WgslPiece;
  readonly start: number;
}

function runsOf(pieces: readonly WgslPiece[]): Run[] {
  return pieces.flatMap((piece) =>
    FILTER.fingerprints(piece.tokens.map(({ text }) => text)).map(({ hash, start }) => ({ hash, piece, start })),
  );
}

/** The place with the longest sequence of the same runs as from `from` on, within one piece. */
function longestMatch(
  left: readonly Run[],
  from: number,
  right: readonly Run[],
  places: readonly number[],
  ignored: ReadonlySet<number>,
): { readonly place: number; readonly runs: number } {
  let longest = { place: 0, runs: 0 };
  for (const place of places) {
    let runs = 0;
    for (; ; runs++) {
      const [one, other] = [left[from + runs], right[place + runs]];
      if (one === undefined || other === undefined || one.hash !== other.hash || ignored.has(one.hash)) break;
      if (one.piece !== left[from]!.piece || other.piece !== right[place]!.piece) break;
    }
    if (runs > longest.runs) longest = { place, runs };
  }
  return longest;
}

/** Drops fragments inside a longer one: a loop that resembles another loop of the same kernel adds nothing. */
function withoutContained(longestFirst: readonly SimilarFragment[]): SimilarFragment[] {
  const kept: SimilarFragment[] = [];
  for (const one of longestFirst) {
    if (!kept.some(({ a, b }) => contains(a, one.a) || contains(b, one.b))) kept.push(one);
  }
  return kept;
}

function contains(outer: SourceLines, inner: SourceLines): boolean {
  return outer.file === inner.file && outer.fromLine <= inner.fromLine && inner.toLine <= outer.toLine;
}

function linesFrom(first: Run, last: Run): SourceLines {
  const { file, tokens } = first.piece;
  return { file, fromLine: tokens[first.start]!.line, toLine: tokens[last.start + RUN - 1]!.line };
}
