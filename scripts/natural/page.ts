import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import { betweenMarks } from "../proofs/between-marks.ts";
import { markdownTable } from "../proofs/table.ts";
import type { JudgedMistake, Outcome } from "./judge.ts";

export interface Tries {
  readonly task: string;
  /** The try at which the kernel was accepted. */
  readonly accepted: number;
  /** Why the tries before it failed. */
  readonly failures: string;
}

const TRIES = /^\/\/ From the statement alone, accepted at try (\d+)\.(?: (.+))?\n/;

/** The tries of a kernel, from the first line of its module. */
export function triesOf({ task, file }: Pick<Entry, "task" | "file">): Tries {
  const [, accepted, failures = ""] = TRIES.exec(readFileSync(join(packageRoot(), file), "utf8")) ?? [];
  if (accepted === undefined) throw new Error(`${file} does not begin with its tries`);
  return { task, accepted: Number(accepted), failures };
}

/** The page with new tables between its marks. */
export function withNatural(
  page: string,
  { judged, tries }: { readonly judged: readonly JudgedMistake[]; readonly tries: readonly Tries[] },
): string {
  return betweenMarks(page, "docs/proofs.md", "natural", [totalsTable(judged), triesTable(tries)].join("\n\n"));
}

function totalsTable(judged: readonly JudgedMistake[]): string {
  const row = (heading: string, ofRow: readonly JudgedMistake[]) => {
    const count = (outcome: Outcome) => String(ofRow.filter((one) => one.outcome === outcome).length);
    const refused = ofRow.filter(({ verdict }) => verdict !== "accepted").length;
    return [heading, String(ofRow.length), String(refused), count("cause"), count("symptom"), count("unread")];
  };
  const tasks = [...new Set(judged.map(({ task }) => task))];
  const rows = tasks.map((task) =>
    row(
      task,
      judged.filter((one) => one.task === task),
    ),
  );
  return markdownTable(
    ["task", "mistakes", "refused", "cause named", "symptom named", "unread"],
    [...rows, row("all", judged)],
  );
}

function triesTable(tries: readonly Tries[]): string {
  const rows = tries.map(({ task, accepted, failures }) => [task, String(accepted), failures]);
  return markdownTable(["task", "accepted at try", "earlier tries"], rows);
}
