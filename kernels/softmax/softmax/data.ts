import type { DataKind } from "../../../harness/task/task.ts";
import type { Random } from "../../../reference/random.ts";

type Kind = DataKind<"rows" | "cols", never>;

/** A data kind of which every row is drawn by itself: `draw` returns the function from a column to its value. */
function rowwise(name: string, about: string, draw: (random: Random, cols: number) => (column: number) => number): Kind {
  return {
    name,
    about,
    draw(random, { rows, cols }) {
      const x = new Float32Array(rows * cols);
      for (let row = 0; row < rows; row++) {
        const value = draw(random, cols);
        for (let column = 0; column < cols; column++) x[row * cols + column] = value(column);
      }
      return { x };
    },
  };
}

export const MASKED = -1e30;

export const data: readonly Kind[] = [
  rowwise("plain", "independent normal values around 1", (random) => () => random.normal(1, 2)),
  rowwise("offset", "rows far from zero, up to ±10,000: exp overflows unless the maximum is subtracted", (random) => {
    const offset = random.pick([-1, 1]) * random.uniform(200, 10_000);
    return () => offset + random.normal(0, 2);
  }),
  rowwise("masked", "about half of each row is masked by -1e30, often its first or last elements", (random, cols) => {
    const alive = random.integer(0, cols - 1);
    const start = random.integer(0, cols);
    return (column) => (column !== alive && (column < start || random.uniform() < 0.3) ? MASKED : random.normal());
  }),
  rowwise("spike", "one element stands out, half of the time the last one", (random, cols) => {
    const place = random.uniform() < 0.5 ? cols - 1 : random.integer(0, cols - 1);
    const height = random.uniform(Math.log(cols), Math.log(cols) + 4);
    return (column) => random.normal(0, 0.5) + (column === place ? height : 0);
  }),
  rowwise("flat", "rows of one value, but for one element a little above or below it", (random, cols) => {
    const level = random.normal(0, 3);
    const place = random.integer(0, cols - 1);
    const step = random.pick([-1, 1]) * random.uniform(0.5, 1.5);
    return (column) => level + (column === place ? step : 0);
  }),
  rowwise("ascending", "every element is the largest so far, which strains an online softmax", (random, cols) => {
    const start = random.normal(0, 3);
    const span = random.uniform(2, 8);
    return (column) => start + (span * (column + random.uniform(0, 0.9))) / cols;
  }),
];
