import type { ProofFigures } from "../../harness/verify/figures.ts";
import { hasPassed, type TaskProof } from "../../harness/verify/task-proof.ts";
import { betweenMarks } from "./between-marks.ts";
import { markdownTable } from "./table.ts";

export interface MeasuredProofs {
  readonly date: Date;
  readonly adapter: string;
  /** The first. */
  readonly seed: string;
  readonly tasks: readonly TaskProof[];
}

/** What `verify --json` prints. */
export type ProofDocument = Omit<MeasuredProofs, "date">;

/**
 * Proofs of different tasks in one, in the order of `tasks`: some take more seeds than others.
 *
 * @throws if their adapters or first seeds differ, or a task is proved twice
 */
export function mergedProofs(documents: readonly ProofDocument[], tasks: readonly string[]): ProofDocument {
  const [{ adapter, seed }] = documents as [ProofDocument, ...ProofDocument[]];
  if (documents.some((one) => one.adapter !== adapter || one.seed !== seed)) {
    throw new Error("The proofs are of different adapters or first seeds.");
  }
  const proofs = documents.flatMap((one) => one.tasks);
  const twice = proofs.find(({ task }, at) => proofs.findIndex((other) => other.task === task) !== at);
  if (twice !== undefined) throw new Error(`${twice.task} is proved twice.`);
  return { adapter, seed, tasks: proofs.sort((a, b) => tasks.indexOf(a.task) - tasks.indexOf(b.task)) };
}

type Proven = TaskProof & { readonly figures: ProofFigures };

/** The page with new figures between its marks. */
export function withProofs(page: string, proofs: MeasuredProofs): string {
  return betweenMarks(page, "docs/proofs.md", "proofs", figuresText(proofs));
}

function figuresText({ date, adapter, seed, tasks }: MeasuredProofs): string {
  const proven = tasks.filter((proof): proof is Proven => proof.figures !== undefined);
  const failed = tasks.filter((proof) => !hasPassed(proof)).map(({ task }) => `\`${task}\``);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const verdict = failed.length === 0 ? "Every check passed." : `Checks of ${failed.join(", ")} failed.`;
  return [
    `Measured on ${day} on ${adapter}, first seed \`${seed}-1\`. ${verdict}`,
    tasksTable(proven),
    mutantsTable(proven),
  ].join("\n\n");
}

function tasksTable(proven: readonly Proven[]): string {
  const headings = [
    "task",
    "lines",
    "cases",
    "seeds",
    "honest kernels",
    "accepted",
    "f16 kernels refused",
    "mistakes named",
  ];
  const measured = ["largest share of a bound", "largest precision ratio (of 32)", "plain", "tuned"];
  const rows = proven.map(({ task, figures }) => {
    const { lines, cases, seeds, honest, imprecise, mistakes, largestShares, largestPrecisionRatio, judgingMs } =
      figures;
    const counts = [lines, cases, seeds, honest.kernels].map(String);
    const judged = [
      `${honest.accepted} of ${honest.judged}`,
      `${imprecise.refused} of ${imprecise.judged}`,
      `${mistakes.named} of ${mistakes.judged}`,
    ];
    const errors = [sharesText(largestShares), largestPrecisionRatio.toFixed(1)];
    const times = [judgingMs.plain, judgingMs.tuned].map((ms) =>
      ms === undefined ? "–" : `${(ms / 1000).toFixed(1)} s`,
    );
    return [task, ...counts, ...judged, ...errors, ...times];
  });
  return markdownTable([...headings, ...measured], rows);
}

/** `12.3 %`, or `y 12.3 %, loss 4.0 %` */
function sharesText(shares: Readonly<Record<string, number>>): string {
  const outputs = Object.entries(shares);
  if (outputs.length === 0) return "–";
  return outputs
    .map(([output, share]) => `${outputs.length > 1 ? `\`${output}\` ` : ""}${(100 * share).toFixed(1)} %`)
    .join(", ");
}

function mutantsTable(proven: readonly Proven[]): string {
  const outcomes = ["did not compile", "refused", "time limit", "equivalent", "out of sight", "unexplained"];
  const rows = proven.flatMap(({ task, figures }) =>
    figures.mutants.map((one) => {
      const { kernel, all, judged, uncompiled, refused, late, sameFunction, outOfSight, unexplained } = one;
      const extent = judged === all ? String(all) : `${judged} of ${all}`;
      return [task, kernel, extent, ...[uncompiled, refused, late, sameFunction, outOfSight, unexplained].map(String)];
    }),
  );
  return markdownTable(["task", "kernel", "mutants", ...outcomes], rows);
}
