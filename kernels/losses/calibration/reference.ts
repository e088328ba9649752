import type { ReferenceFunction } from "../../../harness/task/reference-oracle.ts";
import {
  type Alternatives,
  abs,
  div,
  gathered,
  largest,
  logSumExp,
  mul,
  oneOf,
  softmax,
  sub,
  sum,
  Vector,
} from "../../../reference/bounded.ts";

/** With more choices, each widens the bound instead of giving two results. */
const MOST_CHOICES = 5;

interface Row {
  readonly loss: Vector;
  /** 1 or 0 for a correct or wrong prediction, minus the confidence. */
  readonly gap: Vector;
  /** The bins in which honest kernels may count it, the reference's own first. */
  readonly bins: readonly number[];
}

/** Negative log-likelihood and expected calibration error. */
export const calibration: ReferenceFunction<
  "n" | "classes",
  "temperature" | "bins",
  "logits" | "targets",
  "nll" | "ece"
> = ({ logits, targets }, { n, classes, temperature, bins: binCount }) => {
  const bins = binCount.values[0]!;
  const rows = Array.from({ length: n }, (_, i): Row => {
    const raw = logits.slice(i * classes, classes);
    const row = div(raw, temperature);
    const target = targets.values[i]!;
    const loss = sub(logSumExp(row), row.at(target));
    const [prediction, ...rivals] = largest(row);
    const confidence = softmax(row).at(prediction!);
    const gap = sub(confidence.exactly(prediction === target ? 1 : 0), confidence);
    // Equal logits are equal after the division, too: the lowest index is the prediction.
    const isOpen = rivals.some((rival) => raw.values[rival] !== raw.values[prediction!] && target === rival);
    return { loss, gap: isOpen ? widened(gap, 1) : gap, bins: binsOf(mul(confidence, bins), bins) };
  });
  return { nll: div(total(rows.map(({ loss }) => loss)), n), ece: expectedError(rows, bins, n) };
};

function binsOf(place: Vector, bins: number): number[] {
  const [value, error] = [place.values[0]!, place.errors?.[0] ?? 0];
  const binAt = (at: number) => Math.min(Math.floor(at), bins - 1);
  return [...new Set([binAt(value), binAt(value - error), binAt(value + error)])];
}

function expectedError(rows: readonly Row[], bins: number, n: number): Vector | Alternatives {
  const open = [...rows.keys()].filter((i) => rows[i]!.bins.length > 1);
  const own = rows.map((row) => row.bins[0]!);
  const ofBins = (binOf: readonly number[]) => {
    const members = Array.from({ length: bins }, (): Vector[] => []);
    for (const [i, bin] of binOf.entries()) members[bin]!.push(rows[i]!.gap);
    const filled = members.filter((gaps) => gaps.length > 0);
    return div(sum(abs(gathered(filled.length, (bin) => total(filled[bin]!)))), n);
  };
  const result = ofBins(own);
  // A row moves each of two bins' sums by its gap.
  if (open.length > MOST_CHOICES) {
    return widened(
      result,
      open.reduce((reach, i) => reach + (2 * Math.abs(rows[i]!.gap.values[0]!)) / n, 0),
    );
  }
  const assignments = open.reduce<number[][]>(
    (all, i) => all.flatMap((binOf) => rows[i]!.bins.map((bin) => binOf.with(i, bin))),
    [own],
  );
  const [first, ...others] = assignments.map(ofBins);
  return oneOf(first!, ...others);
}

function total(terms: readonly Vector[]): Vector {
  return sum(gathered(terms.length, (i) => terms[i]!));
}

function widened({ values, errors, noise }: Vector, by: number): Vector {
  return new Vector(
    values,
    errors?.map((error) => error + by),
    noise,
  );
}
