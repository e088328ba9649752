import { functionsOf } from "../mutation/module-parts.ts";
import { tokenize } from "../mutation/wgsl-tokens.ts";
import type { MutantJob } from "./mutant-job.ts";

/**
 * Joins the jobs of a kernel that make the same change in the same function, which several modules share: it is one
 * change of the kernel's source. The others become twins of the first.
 */
export function withTwins(jobs: readonly MutantJob[]): MutantJob[] {
  const places = new Map<string, ReturnType<typeof functionsIn>>();
  const joined = new Map<string, MutantJob & { readonly twins: MutantJob[] }>();
  for (const [index, job] of jobs.entries()) {
    const { module, mutant } = job;
    const functions = places.get(module) ?? functionsIn(module);
    places.set(module, functions);
    const { start, end, text } = mutant.edit;
    const own = functions.find((one) => one.start < start && end <= one.end);
    const key = own
      ? JSON.stringify([module.slice(own.start, own.end), start - own.start, end - start, text])
      : `${index}`;
    const first = joined.get(key);
    if (first === undefined) joined.set(key, { ...job, twins: [] });
    else first.twins.push(job);
  }
  return [...joined.values()];
}

/** Where each function of a module begins and ends. */
function functionsIn(module: string): { readonly start: number; readonly end: number }[] {
  const tokens = tokenize(module);
  return functionsOf(tokens).map(({ at, body }) => ({ start: tokens[at]!.start, end: tokens[body.to]!.start + 1 }));
}
