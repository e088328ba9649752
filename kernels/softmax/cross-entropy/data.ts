import type { DataKind } from "../../../harness/task/task.ts";
import type { Random } from "../../../reference/random.ts";

type Kind = DataKind<"rows" | "classes", "smoothing">;

/** How one row is drawn: the logit of each class, given the row's target. */
type DrawRow = (random: Random, classes: number, target: number, special: number) => (c: number) => number;

/**
 * A data kind of which every row is drawn by itself. Targets are uniform. `special`, where a row's special logit lies,
 * is often the last class or one of the first two, which kernels forget; it is the target's only where there is one class.
 */
function rowwise(name: string, about: string, drawRow: DrawRow): Kind {
  return {
    name,
    about,
    draw(random, { rows, classes }) {
      const logits = new Float32Array(rows * classes);
      const targets = new Uint32Array(rows);
      for (let row = 0; row < rows; row++) {
        const special = [classes - 1, random.integer(0, classes - 1), 0, Math.min(1, classes - 1)][row % 4]!;
        const target = (special + random.integer(1, Math.max(1, classes - 1))) % classes;
        targets[row] = target;
        const logit = drawRow(random, classes, target, special);
        for (let c = 0; c < classes; c++) logits[row * classes + c] = logit(c);
      }
      return { logits, targets };
    },
  };
}

const MASKED = -1e30;

export const data: readonly Kind[] = [
  {
    name: "plain",
    about: "independent normal logits around 1, targets uniform",
    draw: (random, { rows, classes }) => ({
      logits: random.f32(rows * classes, () => random.normal(1, 2)),
      targets: Uint32Array.from({ length: rows }, () => random.integer(0, classes - 1)),
    }),
  },
  rowwise("offset", "logits up to 10,000: exp overflows unless the maximum is subtracted", (random) => {
    const offset = random.uniform(200, 10_000);
    return () => offset + random.normal(0, 2);
  }),
  rowwise("deep", "logits down to -10,000: every exp vanishes unless the maximum is subtracted", (random) => {
    const offset = random.uniform(-10_000, -200);
    return () => offset + random.normal(0, 2);
  }),
  rowwise(
    "confident",
    "the target's logit stands out, so that the loss is what is left of a difference",
    (random, classes, target) => {
      const height = Math.log(classes) + random.uniform(1, 5);
      return (c) => random.normal(0, 0.5) + (c === target ? height : 0);
    },
  ),
  rowwise(
    "spike",
    "another class than the target's, often the last or the first, holds most of the sum",
    (random, classes, _, special) => {
      const height = Math.log(classes) + random.uniform(1, 4);
      return (c) => random.normal(0, 0.5) + (c === special ? height : 0);
    },
  ),
  rowwise(
    "steep",
    "one logit towers over the others: exp overflows unless it is the maximum",
    (random, _, __, special) => {
      const height = random.uniform(200, 250);
      return (c) => (c === special ? height : random.normal(0, 20));
    },
  ),
  rowwise(
    "sunk",
    "one logit lies thousands below the others: only the mean of smoothing feels it",
    (random, _, __, special) => {
      const depth = random.uniform(5000, 10_000);
      return (c) => random.normal(1, 2) - (c === special ? depth : 0);
    },
  ),
  rowwise(
    "masked",
    "about half of the classes are masked by -1e30, never the target; for no smoothing",
    (random, classes, target) => {
      const border = random.integer(0, classes);
      const isFront = random.uniform() < 0.5;
      return (c) => {
        const isBehindBorder = isFront ? c < border : c >= border;
        return c !== target && (isBehindBorder || random.uniform() < 0.2) ? MASKED : random.normal(1, 2);
      };
    },
  ),
];
