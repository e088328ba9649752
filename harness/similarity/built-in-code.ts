import { group } from "d3-array";
import { taskNames } from "../catalog/load.ts";
import type { Attempt, SubmittedFile } from "../results/attempt.ts";
import type { BuiltInCopy, Results } from "../results/results.ts";
import { wgslTokens } from "../wgsl/lexer.ts";
import { fingerprintsOf } from "./fingerprints.ts";
import { normalizedText, type WgslPiece, wgslPieces } from "./kernel-source.ts";
import { builtInFiles, examplesOf, starterFiles, TUNED_MODULES } from "./public-files.ts";

/**
 * Two people can write the same kernel by chance if it has fewer runs that are not in the starter. The textbook's softmax
 * has 26; many write it, but hardly with the same names.
 */
const FEWEST_OWN_FINGERPRINTS = { verbatim: 16, renamed: 48 } as const;

/** Code that comes with Kernelmark. */
interface Source {
  /** As in `BuiltInCopy`. */
  readonly name: string;
  /** Of its pieces: the tokens as written, and normalized. */
  readonly verbatim: ReadonlySet<string>;
  readonly renamed: ReadonlySet<string>;
}

/** The run, with the submissions that are code which comes with Kernelmark. */
export async function withBuiltInCode(results: Results): Promise<Results> {
  return { ...results, builtInCode: await findBuiltInCode(results.attempts) };
}

/**
 * Submissions all of whose kernels come with Kernelmark: a built-in kernel, an example, a step of the tutorial. Names
 * and numbers may differ. Short kernels are not recognised.
 */
async function findBuiltInCode(attempts: readonly Attempt[]): Promise<BuiltInCopy[]> {
  const submitted = attempts.filter(({ files }) => files.length > 0);
  const copies = new Map<Attempt, BuiltInCopy>();
  for (const [task, own] of group(submitted, (attempt) => attempt.task)) {
    if (!taskNames().includes(task)) continue;
    const sources = await sourcesOf(task);
    const starter = fingerprintsOf(wgslPieces(await starterFiles(task)));
    for (const attempt of own) {
      const copied = copiedFrom(attempt, sources, starter);
      if (copied !== undefined) copies.set(attempt, { candidate: attempt.candidate, task, ...copied });
    }
  }
  return submitted.flatMap((attempt) => copies.get(attempt) ?? []);
}

async function sourcesOf(task: string): Promise<Source[]> {
  const files = await builtInFiles(task);
  const without = (...prefixes: string[]) =>
    files.filter(({ name }) => !prefixes.some((prefix) => name.startsWith(prefix)));
  return [
    sourceOf("plain", without("tuned", TUNED_MODULES)),
    sourceOf("tuned", without("plain")),
    ...(await examplesOf(task)).map((example) => sourceOf(example.name, example.files)),
  ];
}

function sourceOf(name: string, files: readonly SubmittedFile[]): Source {
  const pieces = kernelPieces(files);
  return { name, verbatim: new Set(pieces.map(exactText)), renamed: new Set(pieces.map(normalizedText)) };
}

/** Without strings that are no code. */
function kernelPieces(files: readonly SubmittedFile[]): WgslPiece[] {
  return wgslPieces(files).filter(({ tokens }) => tokens.some(({ text }) => text === "fn"));
}

function copiedFrom(
  { files }: Attempt,
  sources: readonly Source[],
  starter: ReadonlySet<number>,
): Pick<BuiltInCopy, "source" | "isVerbatim"> | undefined {
  const pieces = kernelPieces(files);
  const from = (way: "verbatim" | "renamed", among: readonly Source[], texts: readonly string[]) =>
    among.filter((source) => texts.every((text) => source[way].has(text)));
  // Verbatim copies are among these, and most submissions are not.
  const renamed = from("renamed", sources, pieces.map(normalizedText));
  if (pieces.length === 0 || renamed.length === 0) return undefined;
  const own = [...fingerprintsOf(pieces)].filter((hash) => !starter.has(hash)).length;
  const [verbatim] = from("verbatim", renamed, pieces.map(exactText));
  if (verbatim !== undefined && own >= FEWEST_OWN_FINGERPRINTS.verbatim) {
    return { source: verbatim.name, isVerbatim: true };
  }
  return own >= FEWEST_OWN_FINGERPRINTS.renamed ? { source: renamed[0]!.name, isVerbatim: false } : undefined;
}

/** The same for pieces that differ only in comments and layout. */
function exactText({ code }: WgslPiece): string {
  return Array.from(wgslTokens(code), ({ text }) => text).join(" ");
}
