import { relative, resolve, sep } from "node:path";
import { withoutLinks } from "../files/without-links.ts";
import type { Results } from "../results/results.ts";
import { withSlashes } from "../system/spelling.ts";

/** The paths that a run is graded from, as `results.json` has them: relative to the run's folder. */
export type RunInputs = NonNullable<Results["inputs"]>;

/**
 * The inputs of a run to remember: relative to its folder, so that both can be moved together.
 *
 * @param paths from the working directory
 * @param folder the run's
 */
export async function rememberInputs(paths: RunInputs, folder: string): Promise<RunInputs> {
  const base = await withoutLinks(folder);
  return mapPaths(paths, (path) => withSlashes(relative(base, resolve(path)), sep));
}

/**
 * The absolute paths of a run's remembered inputs.
 *
 * @param folder the run's
 */
export async function recallInputs(inputs: RunInputs, folder: string): Promise<RunInputs> {
  const base = await withoutLinks(folder);
  return mapPaths(inputs, (path) => resolve(base, path));
}

function mapPaths({ submissions, ...others }: RunInputs, change: (path: string) => string): RunInputs {
  const changed = Object.entries(others).map(([name, path]) => [name, change(path)]);
  return { submissions: change(submissions), ...Object.fromEntries(changed) };
}
