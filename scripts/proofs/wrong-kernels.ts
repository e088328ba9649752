import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { allSpecimens } from "../../harness/diagnosis/specimens/all-specimens.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { PlanFunction } from "../../harness/task/plan.ts";
import { readCorpus } from "../redteam/corpus.ts";
import { loadProvenTask } from "./kernels.ts";

/** A kernel that must never be accepted, and where it comes from. */
export interface WrongKernel {
  readonly name: string;
  readonly plan: PlanFunction;
}

const WRONG = ["wrong-answer", "imprecise"];

/** Every wrong kernel that is kept anywhere for a task, but for those that are wrong only while they are timed. */
export async function wrongKernels(task: string): Promise<WrongKernel[]> {
  const { variants } = await loadProvenTask(task);
  const specimens = allSpecimens.find(({ task: { spec } }) => spec.name === task)?.specimens ?? [];
  const corpus = readCorpus().filter((one) => one.task === task && WRONG.includes(one.verdict) && !one.isMeasured);
  const files = corpus.map(({ verdict, candidate, extension }) =>
    join("redteam", verdict, candidate, task + extension),
  );
  if (task === "softmax") files.push(...WRONG.map((verdict) => join("submissions", verdict, "softmax.ts")));
  return [
    ...variants.wrong.map(({ name, plan }) => ({ name: `wrong variant: ${name}`, plan })),
    ...variants.imprecise.map(({ name, plan }) => ({ name: `imprecise variant: ${name}`, plan })),
    ...specimens.map(({ name, plan }) => ({ name: `specimen: ${name}`, plan })),
    ...(await Promise.all(files.map(fromFile))),
  ];
}

async function fromFile(path: string): Promise<WrongKernel> {
  const module = await import(/* @vite-ignore */ pathToFileURL(join(packageRoot(), path)).href);
  return { name: path, plan: module.default };
}
