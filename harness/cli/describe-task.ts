import { group } from "d3-array";
import type { Params, Shape } from "../../reference/oracle.ts";
import { runLimitMs } from "../judge/stage-limits.ts";
import { stepLines } from "../report/terminal/step-lines.ts";
import { DRAWN_GROUP, describeCase } from "../task/case.ts";
import { constraintsOf } from "../task/constraints.ts";
import type { PlaceInPath } from "../task/learning-path.ts";
import { defaultLimits, fixedLimits } from "../task/limits.ts";
import type { CheckShape, Task, TensorSpec } from "../task/task.ts";
import { count } from "../text/count.ts";
import type { TextStyle } from "../text/text-style.ts";
import { cell, wrap, wrapItems, wrapMarkdown } from "../text/wrap.ts";
import { stepDocument } from "./list-tasks.ts";

/** Packed types have several elements in a word. */
const TYPE_NOTES: Readonly<Record<TensorSpec["type"], string>> = {
  f32: "",
  u32: "",
  i8: " (packed, 4 to a u32)",
  u4: " (packed, 8 to a u32)",
};

/** The output of `kernelmark tasks <task> --json`. */
export function taskDocument({ spec, data }: Task, place: PlaceInPath): object {
  const { name, title, family, statement, hints, shape, params, inputs, outputs, checks, measures } = spec;
  const ranges = spec.ranges.map(({ of, least, most }) => ({ of, least, most }));
  const measured = measures.map((one) => ({
    ...one,
    scratchLimitBytes: spec.scratchLimitBytes(one.shape),
    flops: spec.flops(one.shape, one.params),
  }));
  const kinds = data.map(({ name, about }) => ({ name, about }));
  const constraints = constraintsOf(spec).map(({ sentence }) => sentence);
  const task = {
    name,
    title,
    family,
    ...stepDocument(place),
    statement,
    hints,
    shape,
    params,
    inputs,
    outputs,
    ranges,
    constraints,
    data: kinds,
    checks,
  };
  return { schema: 1, task: { ...task, measures: measured } };
}

/** The complete description of a task, for candidates. */
export function describeTask(task: Task, place: PlaceInPath, { colors, width }: TextStyle): string {
  const { spec, data } = task;
  const section = (title: string, lines: readonly string[]) => [colors.bold(title), ...lines].join("\n");
  const tensors = (specs: readonly TensorSpec[]) =>
    specs.flatMap((tensor) => describeTensor(tensor, spec.shape, width));
  const kinds = Object.fromEntries(data.map(({ name, about }) => [name, about]));
  const parts = [
    [wrap(`${colors.bold(spec.title)} (${spec.name}, family ${spec.family})`, width), ...stepLines(place, width)].join(
      "\n",
    ),
    wrapMarkdown(spec.statement, width),
    section("Shape", definitions(spec.shape, width)),
    ...(Object.keys(spec.params).length > 0 ? [section("Params", definitions(spec.params, width))] : []),
    section("Inputs", tensors(spec.inputs)),
    section("Outputs", tensors(spec.outputs)),
    ...(spec.ranges.length > 0 ? [section("Ranges", describeRanges(spec.ranges, width))] : []),
    section(
      "Constraints",
      constraintsOf(spec).map(({ sentence }) => wrap(sentence, width, "  - ")),
    ),
    section("Checked on", [...describeChecks(spec.checks, width), ...randomNote(width)]),
    section("Kinds of data", definitions(kinds, width)),
    section(
      "Measured on",
      spec.measures.map(({ name, shape, params }) => wrap(shapeText(shape, params), width, `  ${cell(name, 8)}`)),
    ),
    section("Limits", describeLimits(task, width)),
    wrap(
      `${count(spec.hints.length, "hint")}, one at a time: ${colors.cyan(`npx kernelmark hint ${spec.name}`)}`,
      width,
    ),
    wrap(`Start with: ${colors.cyan(`npx kernelmark init ${spec.name}`)}`, width),
  ];
  return parts.join("\n\n");
}

function describeTensor(tensor: TensorSpec, shape: Readonly<Record<string, string>>, width: number): string[] {
  const { name, type, dims, about } = tensor;
  const heading = wrap(`${name}[${dims.join(", ")}]  ${type}${TYPE_NOTES[type]}: ${about}`, width, "  ", "      ");
  const layout = layoutOf(tensor, Object.keys(shape));
  return layout === undefined ? [heading] : [heading, wrap(layout, width, "      ")];
}

/** The place of an element in its buffer; undefined if it is obvious. */
function layoutOf({ name, type, dims }: TensorSpec, shapeNames: readonly string[]): string | undefined {
  const perWord = { f32: 1, u32: 1, i8: 4, u4: 8 }[type];
  if (dims.length === 1 && perWord === 1) return undefined;
  // Letters that are not names of sizes.
  const indices = [..."ijlpqrs"].filter((letter) => !shapeNames.includes(letter)).slice(0, dims.length);
  const last = indices.at(-1)!;
  const size = (dim: string) => (/^\w+$/.test(dim) ? dim : `(${dim})`);
  const sizes = dims.map(size);
  if (perWord > 1) sizes[sizes.length - 1] = `ceil(${dims.at(-1)} / ${perWord})`;
  const row = indices
    .slice(1, -1)
    .reduce((sum, index, axis) => `(${sum} * ${sizes[axis + 1]} + ${index})`, indices[0] ?? "");
  const start = dims.length === 1 ? "" : `${row} * ${sizes.at(-1)} + `;
  const element = `Element [${indices.join(", ")}] is`;
  switch (type) {
    case "i8":
      return `${element} byte ${last} % 4 (the lowest is 0) of ${name}[${start}${last} / 4], a signed number.`;
    case "u4":
      return `${element} bits 4 * (${last} % 8) to 4 * (${last} % 8) + 3 of ${name}[${start}${last} / 8].`;
    default:
      return `${element} ${name}[${start}${last}].`;
  }
}

function describeRanges(ranges: Task["spec"]["ranges"], width: number): string[] {
  const number = (value: number) => {
    const isTiny = value !== 0 && Math.abs(value) < 1e-3;
    return isTiny ? String(Number(value.toPrecision(4))) : value.toLocaleString("en", { maximumSignificantDigits: 4 });
  };
  return ranges.map(({ of, least, most }) => wrap(`${of}: ${number(least)} to ${number(most)}`, width, "  ", "      "));
}

/** The limits of a submission: time, memory, files. */
function describeLimits(task: Task, width: number): string[] {
  const { spec } = task;
  const seconds = spec.checks.map((one) => runLimitMs(task, one) / 1000);
  const most = Math.ceil(Math.max(...seconds));
  const least = Math.floor(Math.min(...seconds));
  const scratch = spec.measures.map(({ name, shape }) => `${byteCount(spec.scratchLimitBytes(shape))} on ${name}`);
  const kernel = least === most ? `${most} s for each case` : `${least} s for tiny cases to ${most} s for the largest`;
  return definitions(
    {
      scratch: `${scratch.join(", ")}; total of all buffers, zero-filled`,
      kernel: `${kernel}; then it is stopped`,
      plan: `${defaultLimits.planSeconds} s and ${byteCount(defaultLimits.planMemoryMebibytes * 2 ** 20)} for each shape; up to ${defaultLimits.passes.toLocaleString("en")} passes, ${fixedLimits.storageBuffers} bindings each`,
      files: `up to ${defaultLimits.files}, ${byteCount(1024 * defaultLimits.sourceKibibytes)} together, in your own folder`,
    },
    width,
  );
}

function definitions(abouts: Readonly<Record<string, string>>, width: number): string[] {
  const nameWidth = Math.max(...Object.keys(abouts).map((name) => name.length));
  return Object.entries(abouts).map(([name, about]) => wrap(about, width, `  ${cell(name, nameWidth)}  `));
}

/** A line for each group of checks, since points are given for whole groups. */
function describeChecks(checks: readonly CheckShape<string, string>[], width: number): string[] {
  return [...group(checks, (check) => check.group)].map(([name, own]) => {
    const shapes = own.map(({ shape, params, data }) => {
      const kinds = data.length === 1 && data[0] === "plain" ? "" : ` (${data.join(", ")})`;
      return `${shapeText(shape, params)}${kinds}`;
    });
    return wrapItems(shapes, width, `  ${name}: `, "    ");
  });
}

function randomNote(width: number): string[] {
  return [wrap("chosen at random, new in every run.", width, `  ${DRAWN_GROUP}: `, "    ")];
}

function shapeText(shape: Shape, params: Params): string {
  return describeCase({ shape, params, data: "" });
}

function byteCount(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${units[power]}`;
}
