import { judgeOutputs, sameBits } from "../judge/judge-case.ts";
import type { CaseReference } from "../judge/reference.ts";
import { describeWrongElements, type Evidence } from "../results/evidence.ts";
import type { Task } from "../task/task.ts";
import type { KeptOutputs } from "./workbench.ts";

/** A problem with a timed run's outputs. */
export interface WrongOutput {
  readonly verdict: "wrong-answer" | "imprecise";
  readonly message: string;
  readonly evidence: Evidence;
}

/**
 * Judges outputs of timed runs like those of checked ones. Outputs that are bit for bit equal to correct ones are
 * correct, and cost only a comparison.
 */
export class TimedOutputs {
  readonly #task: Task;
  readonly #references: readonly CaseReference[];
  readonly #right: (KeptOutputs["outputs"] | undefined)[];
  #checked = 0;

  /** @param references of the input sets */
  constructor(task: Task, references: readonly CaseReference[]) {
    this.#task = task;
    this.#references = references;
    this.#right = references.map(() => undefined);
  }

  /** The number of correct outputs. */
  get checkedCount(): number {
    return this.#checked;
  }

  judge({ set, outputs, poison }: KeptOutputs): WrongOutput | undefined {
    const right = this.#right[set];
    if (right === undefined || !sameBits(right, outputs)) {
      const judgement = judgeOutputs(this.#task, this.#references[set]!, { outputs, poison });
      if (judgement.verdict === "wrong-answer") {
        const { evidence } = judgement;
        return { verdict: "wrong-answer", message: `${describeWrongElements(evidence)}.`, evidence };
      }
      if (judgement.verdict === "imprecise") {
        const { evidence } = judgement;
        const message = `The errors in \`${evidence.output}\` are ${Math.round(evidence.ratio)} times those of f32 arithmetic (limit: ${evidence.limit} times).`;
        return { verdict: "imprecise", message, evidence };
      }
      this.#right[set] ??= outputs;
    }
    this.#checked++;
    return undefined;
  }
}
