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
