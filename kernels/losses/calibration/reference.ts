import type { ReferenceFunction } from "../../../harness/task/reference-oracle.ts";
import {
  type Alternatives,
  abs,
  concatAll,
  div,
  gather,
  gatherBy,
  largest,
  logSumExpRows,
  mean,
  mul,
  oneOf,
  softmaxRows,
  sub,
  sum,
  Vector,
} from "../../../reference/bounded.ts";

/** With more choices, each widens the bound instead of giving two results. */
const MOST_CHOICES = 5;

/** Negative log-likelihood and expected calibration error. */
export const calibration: ReferenceFunction<
  "n" | "classes",
  "temperature" | "bins",
  "logits" | "targets",
  "nll" | "ece"
> = ({ logits, targets }, { n, classes, temperature, bins: binCount }) => {
  const scaled = div(logits, temperature);
  const losses = sub(
    logSumExpRows(scaled, classes),
    gatherBy(scaled, n, (i) => i * classes + targets.values[i]!),
  );
  const predictions = Array.from({ length: n }, (_, i) => largest(scaled.slice(i * classes, classes)));
  const confidences = gatherBy(softmaxRows(scaled, classes), n, (i) => i * classes + predictions[i]![0]!);
  // Equal logits are equal after the division, too: the lowest index is the prediction.
  const isOpen = ([prediction, ...rivals]: readonly number[], i: number) =>
    rivals.some(
      (rival) =>
        targets.values[i] === rival && logits.values[i * classes + rival] !== logits.values[i * classes + prediction!],
    );
  const correct = gatherBy(confidences.exactly(0, 1), n, (i) => (predictions[i]![0] === targets.values[i] ? 1 : 0));
  const gaps = widened(sub(correct, confidences), (i) => (isOpen(predictions[i]!, i) ? 1 : 0));
  const bins = binCount.values[0]!;
  return { nll: mean(losses), ece: expectedError(gaps, binsOf(mul(confidences, bins), bins), bins) };
};

/** The bins in which honest kernels may count each row, the reference's own first. */
function binsOf({ values, errors }: Vector, bins: number): number[][] {
  const binAt = (at: number) => Math.min(Math.floor(at), bins - 1);
  return Array.from(values, (value, i) => {
    const error = errors?.[i] ?? 0;
    return [...new Set([binAt(value), binAt(value - error), binAt(value + error)])];
  });
}

/** @param gaps 1 or 0 for a correct or wrong prediction, minus the confidence */
function expectedError(gaps: Vector, binsOfRows: readonly (readonly number[])[], bins: number): Vector | Alternatives {
  const members = Array.from({ length: bins }, (): number[] => []);
  const open: number[] = [];
  for (const [i, possible] of binsOfRows.entries()) {
    if (possible.length === 1) members[possible[0]!]!.push(i);
    else open.push(i);
  }
  const known = new Map<string, Vector>();
  const totalOf = (bin: number, added: readonly number[]): Vector => {
    const key = [bin, ...added].join(" ");
    const total = known.get(key) ?? sum(gather(gaps, [...members[bin]!, ...added]));
    known.set(key, total);
    return total;
  };
  const errorOf = (binOfOpen: readonly number[]): Vector => {
    const totals = members.flatMap((others, bin) => {
      const added = open.filter((_, at) => binOfOpen[at] === bin);
      return others.length + added.length > 0 ? [totalOf(bin, added)] : [];
    });
    return div(sum(abs(concatAll(totals))), binsOfRows.length);
  };
  // A row moves each of two bins' sums by its gap.
  if (open.length > MOST_CHOICES) {
    const reach = open.reduce((most, i) => most + 2 * Math.abs(gaps.values[i]!), 0) / binsOfRows.length;
    return widened(errorOf(open.map((i) => binsOfRows[i]![0]!)), () => reach);
  }
  const assignments = open.reduce<number[][]>(
    (all, i) => all.flatMap((chosen) => binsOfRows[i]!.map((bin) => [...chosen, bin])),
    [[]],
  );
  const [own, ...others] = assignments.map(errorOf);
  return oneOf(own!, ...others);
}

function widened({ values, errors, noise }: Vector, by: (index: number) => number): Vector {
  return new Vector(
    values,
    errors?.map((error, i) => error + by(i)),
    noise,
  );
}
