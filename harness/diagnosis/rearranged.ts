import type { Finding } from "../results/finding.ts";
import { indexOf, isExplained, isVaried, type Observed, strideOf } from "./observed.ts";

/** Where the values of an output belong. */
interface Arrangement {
  readonly kind: string;
  readonly sentence: (output: string) => string;
  /** The elements whose expected value `element` may hold; undefined if the arrangement predicts nothing there. */
  source(one: Observed, element: number): readonly number[] | undefined;
}

/** A rearrangement of correct values that explains an output in all the given cases. */
export function findRearrangement(cases: readonly Observed[]): Finding | undefined {
  const informative = cases.filter((one) => isVaried(one) && one.wrongCount - one.unwrittenCount >= 2);
  const [first] = informative;
  if (first === undefined) return undefined;
  // A case that is too small to confirm an arrangement can still refute it.
  const found = arrangements(first).find((arrangement) =>
    cases.every((one) => {
      const asked = confirmations(arrangement, one);
      return asked !== undefined && (asked >= fewestConfirmations(one) || !informative.includes(one));
    }),
  );
  if (found === undefined) return undefined;
  return { aspect: "how", kind: found.kind, sentence: found.sentence(first.output), isGuess: true };
}

const MOST_ELEMENTS = 5000;

/** How many wrong elements an arrangement predicts; undefined if too many predictions are wrong. */
function confirmations(arrangement: Arrangement, one: Observed): number | undefined {
  let [asked, apart] = [0, 0];
  for (let e = 0; e < Math.min(one.got.length, MOST_ELEMENTS); e++) {
    if (one.isWrong[e] === 0 || one.isUnwritten[e] === 1) continue;
    const sources = arrangement.source(one, e);
    if (sources === undefined) continue;
    asked++;
    if (!sources.some((source) => isExplained(one, e, one.expected[source]!)) && ++apart > 0.02 * one.wrongCount)
      return undefined;
  }
  return asked;
}

function fewestConfirmations({ wrongCount, unwrittenCount, got }: Observed): number {
  return Math.max(2, 0.5 * (wrongCount - unwrittenCount) * Math.min(1, MOST_ELEMENTS / got.length));
}

function arrangements(first: Observed): Arrangement[] {
  return [...repetitions(first), ...shifts(first), ...permutations(first), ...otherRowLengths(first)];
}

function repetitions({ axes }: Observed): Arrangement[] {
  return axes.flatMap(({ name }, axis): Arrangement[] => [
    {
      kind: "repeated",
      sentence: (output) =>
        `Likely cause: the result for ${name} = 0 is repeated for every ${name} of \`${output}\`: its values do not depend on ${name}.`,
      source: (one, e) => [e - indexOf(one, e)[axis]! * strideOf(one, axis)],
    },
    {
      kind: "repeated",
      sentence: (output) =>
        `Likely cause: the result for the last index of ${name} is repeated for every ${name} of \`${output}\`.`,
      source: (one, e) => [e + (one.axes[axis]!.size - 1 - indexOf(one, e)[axis]!) * strideOf(one, axis)],
    },
  ]);
}

function shifts({ axes }: Observed): Arrangement[] {
  return axes.flatMap(({ name }, axis) =>
    [1, -1].flatMap((by): Arrangement[] => {
      const words = by > 0 ? "one place too late" : "one place too early";
      return [
        {
          kind: "shifted",
          sentence: (output) => `Likely cause: \`${output}\` is shifted by one along ${name}: each value is ${words}.`,
          source(one, e) {
            const source = e - by * strideOf(one, axis);
            return source >= 0 && source < one.got.length ? [source] : undefined;
          },
        },
      ];
    }),
  );
}

/** Every other order of the axes in memory. */
function permutations({ axes }: Observed): Arrangement[] {
  return orders(axes.length).map((order) => {
    const names = order.map((axis) => axes[axis]!.name);
    const isSwapOfTwo = axes.length === 2;
    return {
      kind: "transposed",
      sentence: (output) =>
        `Likely cause: \`${output}\` is written transposed, as [${names.join(", ")}] instead of [${axes.map(({ name }) => name).join(", ")}]${isSwapOfTwo ? "" : ": the axes are exchanged"}.`,
      source(one, e) {
        // The element that the kernel meant to write here.
        let rest = e;
        let source = 0;
        for (const axis of order.toReversed()) {
          source += (rest % one.axes[axis]!.size) * strideOf(one, axis);
          rest = Math.floor(rest / one.axes[axis]!.size);
        }
        return [source];
      },
    };
  });
}

function orders(count: number): number[][] {
  const all = (rest: readonly number[]): number[][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((first) => all(rest.filter((other) => other !== first)).map((tail) => [first, ...tail]));
  return all(Array.from({ length: count }, (_, axis) => axis)).filter((order) =>
    order.some((axis, place) => axis !== place),
  );
}

/** Rows as long as another size of the shape. Where rows overlap, any of them may have been written last. */
function otherRowLengths({ axes, problem }: Observed): Arrangement[] {
  if (axes.length !== 2) return [];
  const own = axes[1]!.name;
  return Object.keys(problem.shape)
    .filter((name) => name !== own)
    .map((name) => ({
      kind: "row-length",
      sentence: (output) =>
        `Likely cause: the row length of \`${output}\` is taken to be ${name} instead of ${own}: element (i, j) is at i * ${own} + j.`,
      source(one, e) {
        const length = one.problem.shape[name]!;
        const columns = one.axes[1]!.size;
        const sources: number[] = [];
        for (
          let row = Math.max(0, Math.ceil((e - columns + 1) / length));
          row < one.axes[0]!.size && row * length <= e;
          row++
        ) {
          sources.push(row * columns + (e - row * length));
        }
        return sources.length > 0 ? sources : undefined;
      },
    }));
}
