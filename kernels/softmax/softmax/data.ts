import type { DataKind } from "../../../harness/task/task.ts";
import type { Random } from "../../../reference/random.ts";

type Kind = DataKind<"rows" | "cols", never>;

/** Where a row's special element lies: kernels forget the last ones and the first two, so rows take turns. */
function place(random: Random, row: number, cols: number): number {
  return [cols - 1, random.integer(0, cols - 1), 0, Math.min(1, cols - 1)][row % 4]!;
}

/** A data kind of which every row is drawn by itself: `draw` returns the function from a column to its value. */
function rowwise(
  name: string,
  about: string,
  draw: (random: Random, cols: number, row: number) => (column: number) => number,
): Kind {
  return {
    name,
    about,
    draw(random, { rows, cols }) {
      const x = new Float32Array(rows * cols);
      for (let row = 0; row < rows; row++) {
        const value = draw(random, cols, row);
        for (let column = 0; column < cols; column++) x[row * cols + column] = value(column);
      }
      return { x };
    },
  };
}

const MASKED = -1e30;

export const data: readonly Kind[] = [
  rowwise("plain", "independent normal values around 1", (random) => () => random.normal(1, 2)),
  rowwise("offset", "rows far from zero, up to ±10,000: exp overflows unless the maximum is subtracted", (random) => {
    const offset = random.pick([-1, 1]) * random.uniform(200, 10_000);
    return () => offset + random.normal(0, 2);
  }),
  rowwise(
    "masked",
    "about two thirds of each row are masked by -1e30, among them its beginning or its end",
    (random, cols) => {
      const alive = random.integer(0, cols - 1);
      const border = random.integer(0, cols);
      const isFront = random.uniform() < 0.5;
      return (column) => {
        const isBehindBorder = isFront ? column < border : column >= border;
        return column !== alive && (isBehindBorder || random.uniform() < 0.3) ? MASKED : random.normal();
      };
    },
  ),
  rowwise("spike", "one element, often the last or the first, holds most of the sum", (random, cols, row) => {
    const spike = place(random, row, cols);
    const height = random.uniform(Math.log(cols), Math.log(cols) + 4);
    return (column) => random.normal(0, 0.5) + (column === spike ? height : 0);
  }),
  rowwise(
    "steep",
    "one element towers over the others: exp overflows unless it is the maximum",
    (random, cols, row) => {
      const highest = place(random, row, cols);
      const height = random.uniform(200, 250);
      return (column) => (column === highest ? height : random.normal(0, 20));
    },
  ),
  rowwise("flat", "rows of one value, but for one element a little above or below it", (random, cols, row) => {
    const level = random.normal(0, 3);
    const other = place(random, row, cols);
    const step = random.pick([-1, 1]) * random.uniform(0.5, 1.5);
    return (column) => level + (column === other ? step : 0);
  }),
  rowwise("ascending", "every element is the largest so far, which strains an online softmax", (random, cols) => {
    const start = random.normal(0, 3);
    const span = random.uniform(2, 8);
    return (column) => start + (span * (column + random.uniform(0, 0.9))) / cols;
  }),
];
