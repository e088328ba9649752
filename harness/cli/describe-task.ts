import type { Params, Shape } from "../../reference/oracle.ts";
import { describeCase } from "../judge/case.ts";
import type { Colors } from "../report/text-style.ts";
import { cell, cut, wrap, wrapMarkdown } from "../report/wrap.ts";
import type { CheckShape, Task, TensorSpec } from "../task/task.ts";

/** Elements of packed types lie several in a word, which a candidate has to know. */
const TYPE_NOTES: Readonly<Record<TensorSpec["type"], string>> = {
  f32: "",
  u32: "",
  i8: " (packed, 4 to a u32)",
  u4: " (packed, 8 to a u32)",
};

/** What `kernelmark tasks --json` prints. */
export function taskListDocument(tasks: readonly Task[]): object {
  return {
    schema: 1,
    tasks: tasks.map(({ spec }) => ({
      name: spec.name,
      title: spec.title,
      family: spec.family,
      about: firstSentence(spec.statement),
    })),
  };
}

/** What `kernelmark tasks <task> --json` prints. */
export function taskDocument({ spec, data }: Task): object {
  const { name, title, family, statement, hints, shape, params, inputs, outputs, checks, measures } = spec;
  const measured = measures.map((one) => ({
    ...one,
    scratchLimitBytes: spec.scratchLimitBytes(one.shape),
    flops: spec.flops(one.shape, one.params),
  }));
  const kinds = data.map(({ name, about }) => ({ name, about }));
  const task = { name, title, family, statement, hints, shape, params, inputs, outputs, data: kinds, checks };
  return { schema: 1, task: { ...task, measures: measured } };
}

/** The list of tasks, by family. */
export function listTasks(tasks: readonly Task[], colors: Colors, width: number): string {
  const nameWidth = Math.max(...tasks.map(({ spec }) => spec.name.length));
  const families = new Map<string, Task[]>();
  for (const task of tasks) families.set(task.spec.family, [...(families.get(task.spec.family) ?? []), task]);
  const blocks = [...families].map(([family, members]) => {
    const lines = members.map(({ spec }) => {
      const about = cut(firstSentence(spec.statement), width - nameWidth - 4);
      return `  ${colors.cyan(cell(spec.name, nameWidth))}  ${spec.title}\n${" ".repeat(nameWidth + 4)}${colors.dim(about)}`;
    });
    return [colors.bold(family), ...lines].join("\n");
  });
  return [...blocks, "`kernelmark tasks <name>` explains one of them."].join("\n\n");
}

/** All that a candidate has to know of a task. */
export function describeTask({ spec, data }: Task, colors: Colors, width: number): string {
  const heading = (text: string) => colors.bold(text);
  const parts = [
    `${colors.bold(spec.title)}  (${spec.name}, family ${spec.family})`,
    wrapMarkdown(spec.statement, width),
    [heading("Shape"), ...definitions(spec.shape, width)].join("\n"),
  ];
  if (Object.keys(spec.params).length > 0) {
    parts.push([heading("Params"), ...definitions(spec.params, width)].join("\n"));
  }
  parts.push([heading("Inputs"), ...spec.inputs.map((tensor) => describeTensor(tensor, width))].join("\n"));
  parts.push([heading("Outputs"), ...spec.outputs.map((tensor) => describeTensor(tensor, width))].join("\n"));
  parts.push([heading("Checked on"), ...describeChecks(spec.checks, width), ...drawnNote(width)].join("\n"));
  const kinds = Object.fromEntries(data.map(({ name, about }) => [name, about]));
  parts.push([heading("Kinds of data"), ...definitions(kinds, width)].join("\n"));
  const measured = spec.measures.map(({ name, shape, params }) => {
    const scratch = `scratch up to ${byteCount(spec.scratchLimitBytes(shape))}`;
    return wrap(`${shapeText(shape, params)}; ${scratch}`, width, `  ${cell(name, 8)}`);
  });
  parts.push([heading("Measured on"), ...measured].join("\n"));
  parts.push([heading("Hints"), ...spec.hints.map((hint, index) => wrap(hint, width, `  ${index + 1}. `))].join("\n"));
  return parts.join("\n\n");
}

function describeTensor({ name, type, dims, about }: TensorSpec, width: number): string {
  return wrap(`${name}[${dims.join(", ")}]  ${type}${TYPE_NOTES[type]}: ${about}`, width, "  ", "      ");
}

function definitions(abouts: Readonly<Record<string, string>>, width: number): string[] {
  const nameWidth = Math.max(...Object.keys(abouts).map((name) => name.length));
  return Object.entries(abouts).map(([name, about]) => wrap(about, width, `  ${cell(name, nameWidth)}  `));
}

/** A line for each group of checks: shapes that are given points together stand together. */
function describeChecks(checks: readonly CheckShape<string, string>[], width: number): string[] {
  const groups = new Map<string, string[]>();
  for (const { group, shape, params, data } of checks) {
    const kinds = data.length === 1 && data[0] === "plain" ? "" : ` (${data.join(", ")})`;
    groups.set(group, [...(groups.get(group) ?? []), `${shapeText(shape, params)}${kinds}`]);
  }
  return [...groups].map(([group, shapes]) => wrap(shapes.join("; "), width, `  ${group}: `, "    "));
}

function drawnNote(width: number): string[] {
  return [wrap("Some shapes that nobody knows beforehand.", width, "  drawn shapes: ", "    ")];
}

function shapeText(shape: Shape, params: Params): string {
  return describeCase({ shape, params, data: "" });
}

function byteCount(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${units[power]}`;
}

function firstSentence(markdown: string): string {
  const [paragraph = ""] = markdown.trim().split(/\n\s*\n/);
  const text = paragraph.replace(/\s+/g, " ");
  const sentence = /^.*?[.:](?= |$)/.exec(text)?.[0] ?? text;
  return sentence.replace(/[.:]$/, ".");
}
