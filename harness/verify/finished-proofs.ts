import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { writeAtomically } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { judgingCodeHash } from "../run/judging-code.ts";
import type { GoldenFindings } from "./definition-checks.ts";
import { hasWrittenVariants, variantsPath } from "./known-variants.ts";
import { withMutants } from "./mutant-check.ts";
import type { MutantRecord } from "./mutant-record.ts";
import type { TaskProof } from "./task-proof.ts";
import type { Verified } from "./verify-task.ts";

/** The settings on which a proof's result depends, apart from the code. */
export interface ProofScope {
  /** The first seed. */
  readonly seed: string;
  readonly seeds: number;
  readonly mutantSample: number | undefined;
  readonly adapter: string;
  readonly golden: GoldenFindings;
}

const finished = z.object({
  code: z.string(),
  seed: z.string(),
  scope: z.string(),
  proof: z.custom<TaskProof>(),
  mutants: z.custom<readonly MutantRecord[]>(Array.isArray),
});

/** A folder with a file for each proven task, so that an interrupted `verify` continues where it stopped. */
export class FinishedProofs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The seed of the proofs in the folder, if there are any. */
  get seed(): string | undefined {
    if (!existsSync(this.#folder)) return undefined;
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => this.#read(name)?.seed)
      .find((seed) => seed !== undefined);
  }

  /** The task's proof by its list of equivalents as it is now, if it was made with the same code and in the same scope. */
  find(task: string, scope: ProofScope): TaskProof | undefined {
    const known = this.#read(`${task}.json`);
    if (known === undefined || known.code !== codeOf(task) || known.scope !== keyOf(scope)) return undefined;
    return withMutants(known.proof, known.mutants);
  }

  async keep({ proof, mutants }: Verified, scope: ProofScope): Promise<void> {
    const content = { code: codeOf(proof.task), seed: scope.seed, scope: keyOf(scope), proof, mutants };
    await makeFolder(this.#folder);
    await writeAtomically(join(this.#folder, `${proof.task}.json`), `${JSON.stringify(content, null, 2)}\n`);
  }

  #read(name: string): z.infer<typeof finished> | undefined {
    const path = join(this.#folder, name);
    if (!existsSync(path)) return undefined;
    const parsed = finished.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : undefined;
  }
}

function keyOf({ seed, seeds, mutantSample, adapter, golden }: ProofScope): string {
  return JSON.stringify([seed, seeds, mutantSample ?? "all", adapter, golden]);
}

/** The code that a proof depends on: that of judging, of the command, and of the task's variants. */
function codeOf(task: string): string {
  const variants = hasWrittenVariants(task) ? [variantsPath(task)] : [];
  return judgingCodeHash(task, ["verify/proof-worker-main.js"], variants);
}
