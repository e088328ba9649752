import { describeCase } from "../task/case.ts";
import { constraintsOf } from "../task/constraints.ts";
import type { Track } from "../task/learning-path.ts";
import type { Task, TensorSpec } from "../task/task.ts";
import { type Block, markdownBlocks } from "./markdown-blocks.ts";

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
  /** Numbers of the interview questions that it answers. */
  readonly questions: readonly number[];
}

/** `tasks/<name>.json`: what a task's page shows. */
export interface TaskPageData extends CatalogueTask {
  readonly statement: readonly Block[];
  readonly hints: readonly string[];
  readonly shape: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** What the statement promises for values: `x`: -10 to 10. */
  readonly ranges: readonly { readonly of: string; readonly least: number; readonly most: number }[];
  readonly constraints: readonly string[];
  /** The shapes on which time is measured. */
  readonly measures: readonly { readonly name: string; readonly sizes: string }[];
  readonly starter: SubmissionTexts;
}

/** A submission's two files: `<task>.ts` and `<task>.wgsl`. */
export interface SubmissionTexts {
  readonly module: string;
  readonly kernel: string;
}

/** A page of `docs/` on the site. */
export interface WrittenPage {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** `tutorial.json`: a kernel that becomes faster step by step. */
export interface Tutorial {
  readonly title: string;
  readonly task: string;
  readonly family: string;
  readonly steps: readonly TutorialStep[];
}

export interface TutorialStep extends WrittenPage, SubmissionTexts {}

export function catalogueOf(path: readonly Track[]): Catalogue {
  return { tracks: path.map(({ name, tasks }) => ({ name, tasks: tasks.map(catalogueTask) })) };
}

function catalogueTask({ name, family, title, step }: Task["spec"]): CatalogueTask {
  const { level = null, teaches = "", questions = [] } = step ?? {};
  return { name, family, title, level, teaches, questions };
}

export function taskPageData({ spec, starter }: Task): TaskPageData {
  const { name, statement, hints, shape, params, inputs, outputs, ranges, measures } = spec;
  return {
    ...catalogueTask(spec),
    ...{ hints, shape, params, inputs, outputs },
    statement: markdownBlocks(statement),
    ranges: ranges.map(({ of, least, most }) => ({ of, least, most })),
    constraints: constraintsOf(spec).map(({ sentence }) => sentence),
    measures: measures.map(({ name, ...one }) => ({ name, sizes: describeCase({ ...one, data: "" }) })),
    starter: {
      module: starter.module.replace('"./starter.wgsl"', `"./${name}.wgsl"`),
      // The statement is next to it.
      kernel: starter.kernel.replace(` See \`npx kernelmark tasks ${name}\`.`, ""),
    },
  };
}
