/** One element of an output, as it should be and as it is. Numbers that JSON lacks are strings. */
export interface ElementEvidence {
  readonly index: readonly number[];
  readonly expected: number | string;
  readonly got: number | string;
  /** The largest absolute error that is allowed here. */
  readonly bound: number;
}

/** Wrong elements of one output of one case. */
export interface WrongElements {
  readonly kind: "wrong-elements";
  readonly output: string;
  readonly first: ElementEvidence;
  /** The element that is farthest outside its bound. */
  readonly worst: ElementEvidence;
  readonly wrongCount: number;
  /** Elements that still hold what was there before the run; they are among the wrong ones. */
  readonly neverWrittenCount: number;
  /** Elements compared with the oracle. */
  readonly judgedCount: number;
  readonly elementCount: number;
  /** Where they are: a line of text for some rows, a character for some columns. `#` wrong, `+` partly, `·` right. */
  readonly picture: readonly string[];
  /** There where other values lie behind the buffers, and only there: a read past the end decides. */
  readonly isByReadOutside?: true;
  /** The known mistake that gives just this output. */
  readonly mistake?: { readonly name: string; readonly about: string; readonly hint: string };
}

/** Writes behind the end of an output or of scratch, which land on any of its elements, or nowhere. */
export interface OutsideWrites {
  readonly kind: "outside-writes";
  /** The output's or the scratch buffer's name. */
  readonly buffer: string;
  readonly isScratch: boolean;
  /** How many 32-bit elements the buffer has. */
  readonly length: number;
  /** The first 32-bit element written behind them. An index far outside shows as a smaller one. */
  readonly index: number;
}

/** Errors inside the bound, but far larger than f32 arithmetic makes them. */
export interface LostPrecision {
  readonly kind: "lost-precision";
  readonly output: string;
  /** The root-mean-square error as a multiple of the plain kernel's (or of one rounding, if that is larger). */
  readonly ratio: number;
  readonly limit: number;
}

/** A place in the candidate's own files. */
export interface SourcePlace {
  readonly kind: "source";
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The lines around it, with numbers and a mark. */
  readonly frame: string;
}

/** A limit that was reached. */
export interface LimitReached {
  readonly kind: "limit";
  readonly what: string;
  readonly limitMs: number;
}

export type Evidence = WrongElements | OutsideWrites | LostPrecision | SourcePlace | LimitReached;

/** A number as JSON can hold it. */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** A number for people: seven digits, as many as an f32 has. */
export function shortNumber(value: number | string): string {
  if (typeof value === "string") return value;
  return value === 0 ? "0" : String(Number(value.toPrecision(7)));
}

/** `y[0,3]: expected 0.25, got 0.31 (allowed error 1.2e-7)` */
export function describeElement(output: string, { index, expected, got, bound }: ElementEvidence): string {
  const allowed = Number(bound.toPrecision(2));
  return `${output}[${index.join(",")}]: expected ${shortNumber(expected)}, got ${shortNumber(got)} (allowed error ${allowed})`;
}

/** What a candidate is told about wrong elements. */
export function describeWrongElements(evidence: WrongElements): string {
  const { output, wrongCount, neverWrittenCount, elementCount, judgedCount } = evidence;
  const of = judgedCount < elementCount ? `${judgedCount} checked elements` : `${elementCount} elements`;
  const never =
    neverWrittenCount === 0
      ? ""
      : neverWrittenCount === wrongCount
        ? ", never written"
        : `, ${neverWrittenCount} of them never written`;
  const are = wrongCount === 1 ? "is" : "are";
  const first = `the first is ${describeElement(output, evidence.first)}`;
  const outside = evidence.isByReadOutside
    ? ". Only other values behind the buffers make it wrong: the kernel probably reads past the end of a tensor or scratch, where any value may come back. Compare its indices with the sizes"
    : "";
  return `${wrongCount} of ${of} of \`${output}\` ${are} wrong${never}; ${first}${outside}`;
}

/** What a candidate is told about writes outside. */
export function describeOutsideWrites({ buffer, isScratch, length, index }: OutsideWrites): string {
  const where = `index ${index} or beyond, where only those below ${length} exist`;
  if (isScratch) {
    return `The kernel writes outside the scratch \`${buffer}\`: ${where}, since the plan gives it ${4 * length} bytes. Ask for 4 bytes an element, or guard surplus invocations with \`if (i >= …) { return; }\``;
  }
  return `The kernel writes outside \`${buffer}\`: ${where}. Invocations past the end need \`if (i >= …) { return; }\``;
}
