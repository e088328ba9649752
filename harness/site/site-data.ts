import { constraintsOf } from "../task/constraints.ts";
import type { Track } from "../task/learning-path.ts";
import type { Task, TensorSpec } from "../task/task.ts";

/** `catalogue.json`: the tasks by track, in order. */
export interface Catalogue {
  readonly tracks: readonly CatalogueTrack[];
}

export interface CatalogueTrack {
  readonly name: string;
  readonly tasks: readonly CatalogueTask[];
}

export interface CatalogueTask {
  readonly name: string;
  readonly family: string;
  readonly title: string;
  /** Null if the task is on no track. */
  readonly level: number | null;
  readonly teaches: string;
}

/** `tasks/<name>.json`: what a task's page shows. */
export interface TaskPageData extends CatalogueTask {
  /** In Markdown. */
  readonly statement: string;
  readonly hints: readonly string[];
  readonly shape: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly constraints: readonly string[];
  /** The starter's files, by name in the candidate's folder. */
  readonly starter: { readonly module: string; readonly kernel: string };
}

export function catalogueOf(path: readonly Track[]): Catalogue {
  return { tracks: path.map(({ name, tasks }) => ({ name, tasks: tasks.map(catalogueTask) })) };
}

function catalogueTask({ name, family, title, step }: Task["spec"]): CatalogueTask {
  return { name, family, title, level: step?.level ?? null, teaches: step?.teaches ?? "" };
}

export function taskPageData({ spec, starter }: Task): TaskPageData {
  const { name, statement, hints, shape, params, inputs, outputs } = spec;
  return {
    ...catalogueTask(spec),
    ...{ statement, hints, shape, params, inputs, outputs },
    constraints: constraintsOf(spec).map(({ sentence }) => sentence),
    starter: { module: starter.module.replace('"./starter.wgsl"', `"./${name}.wgsl"`), kernel: starter.kernel },
  };
}
