import type { Shape } from "../../reference/oracle.ts";
import { type Axis, indexOf, type Observed } from "../diagnosis/observed.ts";

/** A case for the finders' tests: the expected and actual value at each index; undefined for unwritten elements. */
export function madeUpCase(
  axes: readonly Axis[],
  expected: (...index: number[]) => number,
  got: (...index: number[]) => number | undefined,
  shape: Shape = Object.fromEntries(axes.map(({ name, size }) => [name, size])),
): Observed {
  const size = axes.reduce((product, axis) => product * axis.size, 1);
  const indices = Array.from({ length: size }, (_, element) => indexOf({ axes }, element));
  const should = indices.map((index) => expected(...index));
  const came = indices.map((index) => got(...index));
  const isWrong = Uint8Array.from(came, (value, e) =>
    value !== undefined && Math.abs(value - should[e]!) <= 1e-5 ? 0 : 1,
  );
  const isUnwritten = Uint8Array.from(came, (value) => (value === undefined ? 1 : 0));
  const count = (marks: Uint8Array) => marks.reduce((sum, mark) => sum + mark, 0);
  return {
    output: "y",
    axes,
    problem: { shape, params: {}, inputs: {} },
    data: "plain",
    expected: should,
    bound: new Array<number>(size).fill(1e-5),
    got: Float32Array.from(came, (value) => value ?? Number.NaN),
    isWrong,
    wrongCount: count(isWrong),
    isUnwritten,
    unwrittenCount: count(isUnwritten),
    again: undefined,
  };
}
