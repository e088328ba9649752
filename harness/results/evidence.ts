import type { Written } from "../task/written.ts";
import type { evidenceSchema } from "./evidence-schema.ts";

/** What was found out about a failure. */
export type Evidence = Written<typeof evidenceSchema>;

type EvidenceOf<Kind extends Evidence["kind"]> = Extract<Evidence, { readonly kind: Kind }>;
export type WrongElements = EvidenceOf<"wrong-elements">;
export type OutsideWrites = EvidenceOf<"outside-writes">;
export type LostPrecision = EvidenceOf<"lost-precision">;
export type SourcePlace = EvidenceOf<"source">;
export type LimitReached = EvidenceOf<"limit">;

/** One element of an output, as it should be and as it is. Numbers that JSON lacks are strings. */
export type ElementEvidence = WrongElements["first"];

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
