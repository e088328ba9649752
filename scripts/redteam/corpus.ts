import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../harness/files/package-root.ts";
import { VERDICTS, type Verdict } from "../../harness/results/verdict.ts";

/** A submission whose verdict is known, with what it is there to show. */
export interface KnownSubmission {
  readonly candidate: string;
  readonly task: string;
  readonly verdict: Verdict;
  /** The row of `docs/threats.md` that it belongs to; null for an honest one. */
  readonly row: number | null;
  /** What it tries, as a sentence. */
  readonly about: string;
  /** The module, and the ending of its name. */
  readonly source: string;
  readonly extension: ".ts" | ".js";
  /** Whether it counts only once it was measured. */
  readonly isMeasured: boolean;
  /** Whether every case with more than one element must be wrong, not just some. */
  readonly isWrongEverywhere: boolean;
}

const CORPUS = join(packageRoot(), "redteam");

/** The hostile submissions that lie in `redteam/<verdict>/<candidate>/<task>.ts`. */
export function readCorpus(): KnownSubmission[] {
  return VERDICTS.flatMap((verdict) =>
    foldersIn(join(CORPUS, verdict)).flatMap((candidate) =>
      readdirSync(join(CORPUS, verdict, candidate)).map((file) => readEntry(verdict, candidate, file)),
    ),
  );
}

function readEntry(verdict: Verdict, candidate: string, file: string): KnownSubmission {
  const path = `redteam/${verdict}/${candidate}/${file}`;
  const source = readFileSync(join(packageRoot(), path), "utf8");
  const head =
    /^(?:\/\/.*\n)+/
      .exec(source)?.[0]
      .replace(/^\/\/ ?/gm, "")
      .replaceAll("\n", " ") ?? "";
  const [, row, about] = /^Row (\d+): (.+?) From: ./.exec(head) ?? [];
  if (row === undefined || about === undefined) {
    throw new Error(`${path} must begin with "// Row N: what it tries." and "// From: where the idea comes from".`);
  }
  const isMeasured = about.includes("it is measured as well.");
  return {
    candidate,
    task: file.replace(/\.ts$/, ""),
    verdict,
    row: Number(row),
    about: about.replace(/ It pays only where time is taken.*$/, ""),
    source,
    extension: ".ts",
    isMeasured,
    isWrongEverywhere: false,
  };
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
