import { columnsInTurn, columnsModulo, rowTurns } from "../../../harness/task/places.ts";
import type { DataKind } from "../../../harness/task/task.ts";
import type { Random } from "../../../reference/random.ts";

type Kind = DataKind<"rows" | "cols", never>;

/** The largest magnitude of an element that is not masked. */
export const LARGEST = 10_000;
export const MASKED = -1e30;

/** The inputs from which one row is generated. */
interface Row {
  readonly rows: number;
  readonly cols: number;
  /** Index of the row in a random order of the case's rows: every seed yields rows of every kind. */
  readonly turn: number;
  /** Column of the special element. */
  readonly special: number;
}

/** A data kind that generates each row independently: `draw` returns the function from a column to its value. */
function rowwise(name: string, about: string, draw: (random: Random, row: Row) => (column: number) => number): Kind {
  return {
    name,
    about,
    draw(random, { rows, cols }) {
      const x = new Float32Array(rows * cols);
      const columns = columnsInTurn(cols);
      for (const [row, turn] of rowTurns(random, rows).entries()) {
        const value = draw(random, { rows, cols, turn, special: columns[turn % cols]! });
        for (let column = 0; column < cols; column++) x[row * cols + column] = value(column);
      }
      return { x };
    },
  };
}

export const data: readonly Kind[] = [
  rowwise("plain", "independent normal values around 1", (random) => () => random.normal(1, 2)),
  rowwise(
    "offset",
    "rows far from zero, at 10,000, at -10,000, in between, or at both: exp overflows unless the maximum is subtracted",
    (random, { turn }) => {
      const level = random.pick([-1, 1]) * random.uniform(200, LARGEST - 20);
      const rows = [
        () => LARGEST - Math.abs(random.normal(0, 2)),
        () => Math.abs(random.normal(0, 2)) - LARGEST,
        () => random.uniform(-LARGEST, LARGEST),
        () => level + random.normal(0, 2),
      ];
      return rows[turn % rows.length]!;
    },
  ),
  rowwise(
    "masked",
    "rows masked by -1e30 except at one element, at their beginning, at their end, or at scattered places",
    (random, { cols, turn, special }) => {
      const border = Math.round(random.uniform(0.3, 0.8) * cols);
      const isMasked = [
        () => true,
        (column: number) => column < border || random.uniform() < 0.3,
        (column: number) => column >= border || random.uniform() < 0.3,
        () => random.uniform() < 0.5,
      ][turn % 4]!;
      return (column) => (column !== special && isMasked(column) ? MASKED : random.normal());
    },
  ),
  rowwise(
    "spike",
    "a few elements, different ones in each row, hold most of the sum",
    (random, { rows, cols, turn, special }) => {
      const spikes = new Set([special, ...columnsModulo(random, rows, cols, turn)]);
      const height = Math.log(cols / spikes.size) + random.uniform(2, 4);
      // Without noise, so that each spike's share of the sum exceeds the allowed rounding error.
      return (column) => (spikes.has(column) ? height : random.normal(0, 0.5));
    },
  ),
  rowwise(
    "steep",
    "one element, a different one in each row, towers over the others: exp overflows unless it is the maximum",
    (random, { special }) => {
      const height = random.uniform(200, 250);
      return (column) => (column === special ? height : random.normal(0, 20));
    },
  ),
  rowwise("flat", "rows of only two values, each shared by many elements", (random) => {
    const level = random.normal(0, 3);
    const step = random.uniform(0.5, 1.5);
    return () => level + random.pick([0, step]);
  }),
  rowwise("ascending", "every element is the largest so far, which stresses an online softmax", (random, { cols }) => {
    const start = random.normal(0, 3);
    const span = random.uniform(2, 8);
    return (column) => start + (span * (column + random.uniform(0, 0.9))) / cols;
  }),
];
