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

export interface OutputNumbers {
  readonly dims: readonly number[];
  readonly expected: readonly (number | string)[];
  readonly got: readonly (number | string)[];
  /** The indices of the wrong elements. */
  readonly wrong: readonly number[];
}
