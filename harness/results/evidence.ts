import type { Written } from "../task/written.ts";
import { count } from "../text/count.ts";
import type { evidenceSchema } from "./evidence-schema.ts";

/** The findings about a failure. */
export type Evidence = Written<typeof evidenceSchema>;

type EvidenceOf<Kind extends Evidence["kind"]> = Extract<Evidence, { readonly kind: Kind }>;
export type WrongElements = EvidenceOf<"wrong-elements">;
export type OutsideWrites = EvidenceOf<"outside-writes">;
export type LostPrecision = EvidenceOf<"lost-precision">;
export type SourcePlace = EvidenceOf<"source">;
export type LimitReached = EvidenceOf<"limit">;

/** An element of an output, expected and actual. Numbers that JSON lacks are strings. */
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

/** `y[0,3]: expected 0.25, got 0.31 (allowed error 1.2e-7)`, `labels[5]: expected 3 or 7, got 4` */
export function describeElement(output: string, element: ElementEvidence): string {
  const { index, bound } = element;
  const allowed = bound === 0 ? "" : ` (allowed error ${Number(bound.toPrecision(2))})`;
  return `${output}[${index.join(",")}]: expected ${expectedValues(element)}, got ${gotValue(element)}${allowed}`;
}

/** The actual value of an element: all digits of an integer, seven of others. */
export function gotValue({ got, bound }: ElementEvidence): string {
  return elementNumber(got, bound);
}

function elementNumber(value: number | string, bound: number): string {
  return bound === 0 ? String(value) : shortNumber(value);
}

/** More correct values of an element than these are counted instead of listed. */
const MOST_LISTED = 4;

/** All correct values of an element: `0.25`, `3 or 7`, `4 to 6`. */
export function expectedValues({ expected, bound, others = [] }: ElementEvidence): string {
  const texts = others.map(([least, most]) =>
    bound === 0 && least < most ? `${least} to ${most}` : elementNumber((least + most) / 2, bound),
  );
  const isListed = others.some(([least, most]) => least <= Number(expected) && Number(expected) <= most);
  const values = [...new Set(isListed ? texts : [elementNumber(expected, bound), ...texts])];
  if (values.length > MOST_LISTED) {
    return `${values.slice(0, MOST_LISTED - 1).join(", ")} or one of ${values.length - MOST_LISTED + 1} others`;
  }
  return values.length === 1 ? values[0]! : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

/** The message about wrong elements. */
export function describeWrongElements(evidence: WrongElements): string {
  const { output, wrongCount, neverWrittenCount, elementCount, judgedCount } = evidence;
  const of = judgedCount < elementCount ? count(judgedCount, "checked element") : count(elementCount, "element");
  const never =
    neverWrittenCount === 0
      ? ""
      : neverWrittenCount === wrongCount
        ? ", never written"
        : `, ${neverWrittenCount} of them never written`;
  const are = wrongCount === 1 ? "is" : "are";
  const first = `the first is ${describeElement(output, evidence.first)}`;
  const outside = evidence.isByReadOutside
    ? ". They depend on values past the buffers' ends: the kernel probably reads past the end of a tensor or scratch, which may return any value. Compare its indices with the sizes"
    : "";
  return `${wrongCount} of ${of} of \`${output}\` ${are} wrong${never}; ${first}${outside}`;
}

/** The message about writes out of bounds. */
export function describeOutsideWrites({ buffer, isScratch, length, index }: OutsideWrites): string {
  const range = `at index ${index} or beyond, but only indices below ${length} exist`;
  if (isScratch) {
    return `The kernel writes out of bounds of the scratch \`${buffer}\`, ${range}, since the plan gives it ${4 * length} bytes. Request 4 bytes per element, or guard surplus invocations with \`if (i >= …) { return; }\``;
  }
  return `The kernel writes out of bounds of \`${buffer}\`, ${range}. Guard surplus invocations with \`if (i >= …) { return; }\``;
}
