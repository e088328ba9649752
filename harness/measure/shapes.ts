import type { Params, Shape } from "../../reference/oracle.ts";
import { bufferBytes } from "../task/dims.ts";
import type { Task } from "../task/task.ts";
import { UserError } from "../text/user-error.ts";

/** A shape for measuring a kernel. */
export interface MeasuredShape {
  /** `small`, `medium`, `large`, or the sizes themselves: `rows=512 cols=256`. */
  readonly name: string;
  readonly shape: Shape;
  readonly params: Params;
}

/** All tensors together; beyond it, generating the inputs alone would take minutes. */
const MOST_BYTES = 2 ** 30;

/**
 * The shapes of `--shape`: one of the task's, or `rows=512,cols=256` with a size for each name; params may be given in
 * the same way, and default to those of the task's first shape.
 *
 * @param text undefined for all of the task's
 */
export function shapesFor({ spec }: Pick<Task, "spec">, text: string | undefined): MeasuredShape[] {
  const { measures } = spec;
  if (text === undefined) return measures.map(({ name, shape, params }) => ({ name, shape, params }));
  const named = measures.find(({ name }) => name === text);
  if (named !== undefined) return [{ name: named.name, shape: named.shape, params: named.params }];
  const names = measures.map(({ name }) => name).join(", ");
  const example = Object.entries(measures[0]!.shape)
    .map(([name, size]) => `${name}=${size}`)
    .join(",");
  const hint = `Name one of ${names}, or give every size: --shape ${example}`;
  if (!text.includes("=")) throw new UserError(`${spec.name} has no shape "${text}".`, hint);
  const values = parseSizes(text, hint);
  const params: Record<string, number> = { ...measures[0]!.params };
  const shape: Record<string, number> = {};
  for (const [name, value] of values) {
    if (Object.hasOwn(measures[0]!.shape, name)) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new UserError(`--shape: ${name} must be a positive integer, got ${value}.`, hint);
      }
      shape[name] = value;
    } else if (Object.hasOwn(params, name)) params[name] = Math.fround(value);
    else throw new UserError(`--shape names "${name}", which ${spec.name} does not have.`, hint);
  }
  const lacking = Object.keys(measures[0]!.shape).filter((name) => !Object.hasOwn(shape, name));
  if (lacking.length > 0) throw new UserError(`--shape lacks ${lacking.join(" and ")}.`, hint);
  refuseImpossible(spec, shape, hint);
  return [{ name: text.replaceAll(",", " "), shape, params }];
}

function parseSizes(text: string, hint: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const part of text.split(",")) {
    const [, name, value] = /^\s*(\w+)=(-?[\d.]+)\s*$/.exec(part) ?? [];
    if (name === undefined) throw new UserError(`--shape has "${part}", which is not of the form name=number.`, hint);
    values.set(name, Number(value));
  }
  return values;
}

/** @throws UserError for a shape that the task's tensors cannot have, or that is too large */
export function refuseImpossible(spec: Task["spec"], shape: Shape, hint: string): void {
  let bytes = 0;
  try {
    for (const tensor of [...spec.inputs, ...spec.outputs]) bytes += bufferBytes(tensor, shape);
  } catch (error) {
    throw new UserError(`This shape is invalid: ${(error as Error).message}.`, hint);
  }
  if (bytes > MOST_BYTES) {
    throw new UserError(`This shape takes ${Math.round(bytes / 2 ** 20)} MiB; the limit is 1024 MiB.`, hint);
  }
}
