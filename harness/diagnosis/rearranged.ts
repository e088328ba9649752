import type { Finding } from "../results/finding.ts";
import { indexOf, isExplained, isVaried, type Observed, strideOf } from "./observed.ts";

/** Where the values that an output holds would be at home. */
interface Arrangement {
  readonly kind: string;
  readonly sentence: (output: string) => string;
  /** The element whose expected value lies at `element`: undefined where it says nothing. */
  source(one: Observed, element: number): readonly number[] | undefined;
}

/** A rearrangement of right values that explains an output in all of some cases. */
export function findRearrangement(cases: readonly Observed[]): Finding | undefined {
  const telling = cases.filter((one) => isVaried(one) && one.wrongCount - one.unwrittenCount >= 2);
  const [first] = telling;
  if (first === undefined) return undefined;
  // A case that is too small to confirm an arrangement can still speak against it.
  const found = arrangements(first).find((arrangement) =>
    cases.every((one) => {
      const asked = confirmations(arrangement, one);
      return asked !== undefined && (asked >= fewestConfirmations(one) || !telling.includes(one));
    }),
  );
  if (found === undefined) return undefined;
  return { aspect: "how", kind: found.kind, sentence: found.sentence(first.output), isGuess: true };
}

const MOST_ELEMENTS = 5000;

/** How many wrong elements an arrangement explains; undefined if it speaks against too many. */
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
        `It looks as if the result for ${name} = 0 is repeated for every ${name} of \`${output}\`: the same value stands there, whatever ${name} is.`,
      source: (one, e) => [e - indexOf(one, e)[axis]! * strideOf(one, axis)],
    },
    {
      kind: "repeated",
      sentence: (output) =>
        `It looks as if the result for the last of ${name} is repeated for every ${name} of \`${output}\`.`,
      source: (one, e) => [e + (one.axes[axis]!.size - 1 - indexOf(one, e)[axis]!) * strideOf(one, axis)],
    },
  ]);
}

function shifts({ axes }: Observed): Arrangement[] {
  return axes.flatMap(({ name }, axis) =>
    [1, -1].flatMap((by): Arrangement[] => {
      const words = by > 0 ? "one place too far on" : "one place too early";
      return [
        {
          kind: "shifted",
          sentence: (output) =>
            `It looks as if \`${output}\` is shifted by one along ${name}: each value stands ${words}.`,
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
        `It looks as if \`${output}\` is written transposed, as [${names.join(", ")}] instead of [${axes.map(({ name }) => name).join(", ")}]${isSwapOfTwo ? "" : ": the axes are exchanged"}.`,
      source(one, e) {
        // Which element the kernel thought that it wrote here.
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
        `It looks as if the row length of \`${output}\` is taken to be ${name} instead of ${own}: element (i, j) is at i * ${own} + j.`,
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
