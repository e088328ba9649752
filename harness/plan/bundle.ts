import type { Place } from "../text/code-frame.ts";
import type { SourceFile } from "./source-files.ts";

/** Something wrong in a candidate's file. */
export interface SourceProblem extends Place {
  /** Sentences for the candidate. */
  readonly message: string;
}

/** A bundled module, or the reasons for refusing it. */
export type Built =
  | {
      readonly ok: true;
      /** Puts the module's exports into the global variable `BUNDLE_GLOBAL`. */
      readonly script: string;
      /** As JSON, with the sources in it. */
      readonly sourceMap: string;
    }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** A submission as one script, or its problems. */
export type BundleResult = Built & {
  /** Every file that the module reached, sorted by path; of a refused one, those that were reached before the refusal. */
  readonly files: readonly SourceFile[];
  /** Every path at which a file was looked for, existing or not. */
  readonly sought: readonly string[];
  /** SHA-256 of the files' paths and contents, in hex. */
  readonly hash: string;
};

/** A refusal without a particular place. */
export function ofWholeModule(file: string, message: string): Extract<Built, { ok: false }> {
  return { ok: false, problems: [{ message, file, line: 1, column: 1, frame: "" }] };
}
