import { FingerprintIndex, Region, File as SourceText, TokenizedFile, WinnowFilter } from "@dodona/dolos-core";
import type { WgslPiece } from "./kernel-source.ts";
import type { SimilarFragment, SourceLines } from "./similar-pair.ts";

/**
 * Winnowing (Schleimer, Wilkerson and Aiken 2003) finds every common run of at least `RUN + WINDOW - 1` tokens, and none
 * shorter than `RUN`. Runs of 12 tokens are about a line of WGSL: shorter ones (`for (var i = 0; i < N; i++) {`) are in
 * every kernel.
 */
const RUN = 12;
const WINDOW = 6;

/** What stands for a submission when it is compared: hashes of runs of tokens. */
export function fingerprintsOf(pieces: readonly WgslPiece[]): Set<number> {
  const filter = new WinnowFilter(RUN, WINDOW);
  return new Set(
    pieces.flatMap(({ tokens }) => filter.fingerprints(tokens.map(({ text }) => text)).map(({ hash }) => hash)),
  );
}

/** The parts that two submissions have in common, the longest first, without those that are made of ignored runs only. */
export function commonFragments(
  a: readonly WgslPiece[],
  b: readonly WgslPiece[],
  ignored: ReadonlySet<number>,
): SimilarFragment[] {
  const index = new FingerprintIndex(RUN, WINDOW);
  index.addIgnoredHashes([...ignored]);
  const fragments: SimilarFragment[] = [];
  const left = a.map((piece) => ({ piece, text: asFile(piece) }));
  const right = b.map((piece) => ({ piece, text: asFile(piece) }));
  index.addFiles([...left, ...right].map(({ text }) => text));
  for (const one of left) {
    for (const other of right) {
      for (const { leftSelection, rightSelection, pairs } of index.getPair(one.text, other.text).buildFragments()) {
        const tokens = pairs.at(-1)!.left.stop - pairs[0]!.left.start + 1;
        fragments.push({ a: linesOf(one.piece, leftSelection), b: linesOf(other.piece, rightSelection), tokens });
      }
    }
  }
  return withoutContained(fragments.sort((one, other) => other.tokens - one.tokens));
}

/** A loop that resembles another loop of the same kernel says nothing beside the fragment in which it stands. */
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

/** A piece as the library takes it, with lines for rows. */
function asFile({ file, tokens }: WgslPiece): TokenizedFile {
  return new TokenizedFile(
    new SourceText(file, ""),
    tokens.map(({ text }) => text),
    tokens.map(({ line }, index) => new Region(line, index, line, index + 1)),
  );
}

function linesOf({ file }: WgslPiece, { startRow, endRow }: Region): SourceLines {
  return { file, fromLine: startRow, toLine: endRow };
}
