import { printable } from "../text/printable.ts";
import { shortNumber } from "./evidence.ts";

/** All numbers of a small failing case, for its candidate. Those that JSON lacks are strings. */
export interface CaseNumbers {
  /** The case's index in the list of the task's cases. */
  readonly caseIndex: number;
  readonly inputs: Readonly<Record<string, TensorNumbers>>;
  readonly outputs: Readonly<Record<string, OutputNumbers>>;
}

/** A tensor's elements, row-major; packed ones are unpacked. */
export interface TensorNumbers {
  readonly dims: readonly number[];
  readonly values: readonly (number | string)[];
}

export interface ExpectedNumbers {
  readonly dims: readonly number[];
  readonly expected: readonly (number | string)[];
}

export interface OutputNumbers extends ExpectedNumbers {
  readonly got: readonly (number | string)[];
  /** The indices of the wrong elements. */
  readonly wrong: readonly number[];
}

/** A buffer of the plan after some of its passes. */
export type BufferDump =
  | {
      readonly buffer: string;
      readonly caseIndex: number;
      /** The number of passes that ran, of all. */
      readonly afterPass: number;
      readonly passCount: number;
      /** As the kernel declares its elements; `f32` if it has several types. */
      readonly type: "f32" | "f16" | "i32" | "u32";
      readonly elementCount: number;
      /** The first elements. Those that were not written are null, if that is known: scratch starts as zeros. */
      readonly values: readonly (number | string | null)[];
    }
  | { readonly buffer: string; readonly problem: string; readonly hint: string };

/** The numbers that a candidate asked for, apart from the verdict. */
export interface Shown {
  readonly numbers?: CaseNumbers | undefined;
  readonly dumps: readonly BufferDump[];
}

const MOST_ELEMENTS = 36;
const LONGEST_ROW = 8;

/** Whether a tensor fits on a screen together with others. */
export function fitsScreen(dims: readonly number[]): boolean {
  return dims.reduce((product, size) => product * size, 1) <= MOST_ELEMENTS && (dims.at(-1) ?? 1) <= LONGEST_ROW;
}

const DIGITS = 4;

/** A number of a tensor or a buffer. */
export function numberText(value: number | string): string {
  if (typeof value === "string") return printable(value);
  return Number.isInteger(value) ? String(value) : shortNumber(Number(value.toPrecision(DIGITS)));
}

/** The indices of a row, counted from 0, on all axes but the last. */
export function rowIndex(row: number, dims: readonly number[]): number[] {
  const index: number[] = [];
  let rest = row;
  for (const size of dims.slice(0, -1).toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
