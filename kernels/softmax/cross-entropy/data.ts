import { columnsInTurn, columnsModulo, rowTurns } from "../../../harness/task/places.ts";
import type { DataKind } from "../../../harness/task/task.ts";
import type { Random } from "../../../reference/random.ts";

type Kind = DataKind<"rows" | "classes", "smoothing">;

/** The largest magnitude of a logit that is not masked. */
export const LARGEST = 10_000;
/**
 * With smoothing, a row's logits are added up, in any order, and each addition may round by an ULP of the sum: with
 * more than 100 classes of large logits, the error would exceed the loss itself.
 */
export const LARGEST_SUM = 1_000_000;
export const MASKED = -1e30;

/** The inputs from which one row is generated. */
interface Row {
  readonly rows: number;
  readonly classes: number;
  readonly smoothing: number;
  /** Index of the row in a random order of the case's rows: every seed yields rows of every kind. */
  readonly turn: number;
  readonly target: number;
  /** Class of the special logit; the target's only if there is one class. */
  readonly special: number;
}

/** A data kind that generates each row independently: `drawRow` returns the function from a class to its logit. */
function rowwise(name: string, about: string, drawRow: (random: Random, row: Row) => (c: number) => number): Kind {
  return {
    name,
    about,
    draw(random, { rows, classes }, { smoothing }) {
      const logits = new Float32Array(rows * classes);
      const targets = new Uint32Array(rows);
      const columns = columnsInTurn(classes);
      for (const [row, turn] of rowTurns(random, rows).entries()) {
        const special = columns[turn % classes]!;
        const target = columns[(turn + 1) % classes]!;
        targets[row] = target;
        const logit = drawRow(random, { rows, classes, smoothing, turn, target, special });
        for (let c = 0; c < classes; c++) logits[row * classes + c] = logit(c);
      }
      return { logits, targets };
    },
  };
}

/** Largest lead of one logit over all others together for which rounding of their sum leaves the loss intact. */
function standingOut(random: Random, classes: number): number {
  return Math.log(classes) + random.uniform(-1, Math.min(5, Math.log(75_000 / classes)));
}

export const data: readonly Kind[] = [
  {
    name: "plain",
    about: "independent normal logits around 1, targets uniform",
    draw: (random, { rows, classes }) => ({
      logits: random.f32(rows * classes, () => random.normal(1, 2)),
      targets: Uint32Array.from(rowTurns(random, rows), (turn) =>
        turn < 2 ? turn * (classes - 1) : random.integer(0, classes - 1),
      ),
    }),
  },
  rowwise(
    "offset",
    "rows as far from zero as allowed, above, below or both: exp overflows unless the maximum is subtracted",
    (random, { classes, smoothing, turn }) => {
      const most = smoothing === 0 ? LARGEST : Math.min(LARGEST, LARGEST_SUM / classes);
      const level = random.pick([-1, 1]) * random.uniform(0.02, 0.98) * most;
      const rows = [
        () => most - Math.abs(random.normal(0, 2)),
        () => Math.abs(random.normal(0, 2)) - most,
        () => random.uniform(-most, most),
        () => level + random.normal(0, 2),
      ];
      return rows[turn % rows.length]!;
    },
  ),
  rowwise(
    "confident",
    "the target's logit dominates, so the loss is the remainder of a difference",
    (random, { classes, target }) => {
      const height = standingOut(random, classes);
      return (c) => random.normal(0, 0.5) - (c === target ? 0 : height);
    },
  ),
  rowwise(
    "spike",
    "a few classes other than the target's hold most of the sum, different ones in each row",
    (random, { rows, classes, turn, target, special }) => {
      const spikes = new Set([special, ...columnsModulo(random, rows, classes, turn)]);
      if (classes > 1) spikes.delete(target);
      const height = Math.log(classes / spikes.size) + random.uniform(2, 4);
      // Without noise, so that each spike's share of the sum exceeds the allowed rounding error.
      return (c) => (spikes.has(c) ? height : random.normal(0, 0.5));
    },
  ),
  rowwise(
    "steep",
    "one logit, a different one in each row, towers over the others: exp overflows unless it is the maximum",
    (random, { special }) => {
      const height = random.uniform(200, 250);
      return (c) => (c === special ? height : random.normal(0, 20));
    },
  ),
  rowwise(
    "sunk",
    "one logit is thousands below the others: it affects only the mean of smoothing",
    (random, { turn, special }) => {
      const depth = turn % 2 === 0 ? LARGEST : random.uniform(5000, LARGEST);
      return (c) => (c === special ? -depth : random.normal(1, 2));
    },
  ),
  rowwise(
    "masked",
    "rows masked by -1e30 except at the target, at their beginning, at their end, or at scattered places; without smoothing",
    (random, { classes, turn, target, special }) => {
      const border = Math.round(random.uniform(0.3, 0.8) * classes);
      const isMasked = [
        (c: number) => c !== special,
        (c: number) => c < border || random.uniform() < 0.2,
        (c: number) => c >= border || random.uniform() < 0.2,
        () => random.uniform() < 0.5,
      ][turn % 4]!;
      return (c) => (c !== target && isMasked(c) ? MASKED : random.normal(1, 2));
    },
  ),
];
