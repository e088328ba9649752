import type { Task } from "../../harness/task/task.ts";
import { LocalJudge, type LocalJudgement } from "../../harness/verify/judge-locally.ts";
import type { WrongKernel } from "./wrong-kernels.ts";

/**
 * Judges wrong kernels under each seed, up to the first case that refuses them.
 *
 * @returns the seeds under which each was accepted; omits kernels that this adapter does not support
 */
export async function acceptedSeeds(
  task: Task,
  kernels: readonly WrongKernel[],
  seeds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const accepted = new Map<string, string[]>();
  for (const seed of seeds) {
    const judge = await LocalJudge.open(task, { seed });
    for (const { name, plan } of kernels) {
      const { verdict } = await judge.judge(plan, { isEnough });
      if (verdict === "unsupported") continue;
      const seedsOfKernel = accepted.get(name) ?? [];
      accepted.set(name, verdict === "accepted" ? [...seedsOfKernel, seed] : seedsOfKernel);
    }
    judge.close();
  }
  return accepted;
}

function isEnough({ verdict }: LocalJudgement["cases"][number]): boolean {
  return verdict !== "accepted" && verdict !== "unsupported";
}
