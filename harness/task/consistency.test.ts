import { describe, expect, test } from "vitest";
import softmax from "../../kernels/softmax/softmax/task.ts";
import type { Problem, Shape, Tensors } from "../../reference/oracle.ts";
import { listCases } from "./case.ts";
import { inconsistencies, specFaults } from "./consistency.ts";
import { multiple } from "./constraints.ts";
import type { Task } from "./task.ts";

const whole = softmax as Task;
const { spec } = whole;

/** Softmax with few and small checks, to keep tests fast, and with a fault. */
function broken(own: Partial<Task["spec"]>, parts: Partial<Task> = {}): string[] {
  return inconsistencies({ ...whole, ...parts, spec: { ...spec, ...own } });
}

/** The same, without the generated data. */
function misdeclared(own: Partial<Task["spec"]>, parts: Partial<Task> = {}): string[] {
  return specFaults({ ...whole, ...parts, spec: { ...spec, ...own } });
}

function check(rows: number, cols: number, data = ["plain"]): Task["spec"]["checks"][number] {
  return { shape: { rows, cols }, params: {}, group: "made up", data };
}

const small = spec.checks.filter(({ shape }) => shape.rows! * shape.cols! < 300);

/** A task whose plain data is changed by `change`. */
function drawing(change: (inputs: Tensors) => Tensors): Partial<Task> {
  const data = whole.data.map((kind) =>
    kind.name === "plain"
      ? { ...kind, draw: (...given: Parameters<typeof kind.draw>) => change(kind.draw(...given)) }
      : kind,
  );
  return { data };
}

describe("a consistent task", () => {
  test("has no faults", () => {
    expect(inconsistencies(whole)).toEqual([]);
  });
});

test("a place in the learning path that no track, level or question has is a fault", () => {
  const step = { track: "losss", level: 6, teaches: "Sums of rows.", questions: [0, 31] } as object;
  expect(misdeclared({ step: step as Task["spec"]["step"] })).toEqual([
    'softmax: its track is "losss", but must be one of: first steps, attention and inference, quantisation, losses, training, statistics, mixtures',
    "softmax: its level is 6, but must be from 1 to 5",
    'softmax: its `teaches` does not complete "Teaches …": "Sums of rows."',
    "softmax: it answers question 0, but questions go from 1 to 50",
  ]);
});

describe("names", () => {
  test("of tasks, data kinds and mistakes are in kebab-case, those of tensors in snake_case", () => {
    expect(misdeclared({ name: "rowSoftmax" })).toContain(
      `rowSoftmax: the task's name "rowSoftmax" is not in kebab-case, like "row-softmax"`,
    );
    const [mistake] = whole.mistakes;
    expect(misdeclared({}, { mistakes: [...whole.mistakes, { ...mistake!, name: "noMax" }] })).toEqual([
      'softmax: mistake "noMax": its name is not in kebab-case, like "no-max-subtraction"',
    ]);
    expect(misdeclared({ outputs: [{ ...spec.outputs[0]!, name: "Y" }], checks: [] })).toContain(
      'softmax: the name "Y" is not in snake_case, like "kv_heads"',
    );
  });

  test("are unique", () => {
    expect(misdeclared({}, { mistakes: [...whole.mistakes, whole.mistakes[0]!] })).toEqual([
      'softmax: two mistakes are named "no-max-subtraction"',
    ]);
    expect(misdeclared({}, { data: [...whole.data, whole.data[0]!] })).toEqual([
      'softmax: two data kinds are named "plain"',
    ]);
  });
});

describe("shapes", () => {
  test("have the spec's names, and make every size a positive integer", () => {
    expect(broken({ checks: [...spec.checks, { ...check(2, 3), shape: { rows: 2 } }] })).toEqual([
      "softmax: check shape rows=2: it names other sizes than rows, cols",
      expect.stringContaining('check shape rows=2: tensor x[rows, cols]: "cols" is not a name of the shape'),
      expect.stringContaining('check shape rows=2: tensor y[rows, cols]: "cols" is not a name of the shape'),
    ]);
    expect(broken({ checks: [...spec.checks, check(2, 0)] })[0]).toBe(
      "softmax: check shape rows=2 cols=0: cols must be a positive integer, got 0",
    );
    expect(broken({ inputs: [{ ...spec.inputs[0]!, dims: ["rows", "cols/4"] }] })[0]).toMatch(
      /^softmax: check shape rows=1 cols=1: tensor x\[rows, cols\/4\]: .*does not divide evenly/,
    );
  });

  test("come with params that are f32 values", () => {
    const params = { scale: "" };
    const checks = spec.checks.map((one) => ({ ...one, params: { scale: 0.1 } }));
    expect(broken({ params, checks, measures: [] })[0]).toBe(
      "softmax: check shape rows=1 cols=1, scale=0.1: scale must be an f32, got 0.1: use Math.fround",
    );
  });

  test("cover the sizes that break kernels", () => {
    expect(broken({ checks: [check(2, 3), check(4, 4)] }).slice(0, 7)).toEqual([
      "softmax: it has 2 check shapes; the minimum is 8",
      "softmax: no check shape has outputs of one element each, the smallest",
      "softmax: no check shape has a size of 15 or 16 or 17, around a tile of 16",
      "softmax: no check shape has a size of 63 or 64 or 65, around a tile of 64",
      "softmax: no check shape has a prime size, such as 7, 13 or 97, away from tile sizes",
      "softmax: no check shape has a size of at least 8192, for long loops",
      "softmax: no check shape has 65536 rows, more than one dimension of workgroups holds",
    ]);
  });

  test("need no single element if tensors or constraints ask for more", () => {
    const single = "softmax: no check shape has outputs of one element each, the smallest";
    const checks = small.map((one) => ({ ...one, shape: { rows: one.shape.rows!, cols: 2 * one.shape.cols! } }));
    expect(misdeclared({ checks })).toContain(single);
    expect(misdeclared({ checks, constraints: [multiple("cols", 2)] })).not.toContain(single);
    const halves = { ...spec.inputs[0]!, dims: ["rows", "cols/2"] };
    expect(misdeclared({ checks, inputs: [halves] })).not.toContain(single);
  });

  test("need not be long if that would take too many operations", () => {
    const quadratic = broken({ checks: small, flops: ({ rows, cols }) => (rows! * cols!) ** 2 });
    expect(quadratic.filter((fault) => /at least 8192|65536 rows/.test(fault))).toEqual([
      "softmax: no check shape has a size of at least 8192, for long loops",
    ]);
  });

  test("need not be long in a size that no tensor has, such as a number of heads", () => {
    const checks = small.map((one) => ({ ...one, shape: { ...one.shape, heads: 1 } }));
    const measures = spec.measures.map((one) => ({ ...one, shape: { ...one.shape, heads: 1 } }));
    const shape = { ...spec.shape, heads: "divides nothing" };
    const faults = broken({ shape, checks, measures, flops: ({ rows, cols }) => (rows! * cols!) ** 3 });
    expect(faults.filter((fault) => /at least 8192|65536 rows/.test(fault))).toEqual([]);
  });

  test("have many rows even if several axes together count them", () => {
    const outputs = [{ ...spec.outputs[0]!, dims: ["rows", "cols", "1"] }];
    const checks = [...spec.checks.filter(({ shape }) => shape.rows! < 1000), check(257, 256)];
    expect(misdeclared({ checks })).toEqual([
      "softmax: no check shape has 65536 rows, more than one dimension of workgroups holds",
    ]);
    expect(misdeclared({ checks, outputs })).toEqual([]);
  });

  test("that are random are valid, small, and of more than one element", () => {
    const drawn = (rows: number, cols: number) =>
      broken({ checks: small, drawShape: () => ({ shape: { rows, cols }, params: {} }) }).join("\n");
    expect(drawn(2, 0.5)).toMatch("softmax: drawn shape rows=2 cols=0.5: cols must be a positive integer, got 0.5");
    expect(drawn(5000, 5000)).toMatch("drawn shape rows=5000 cols=5000: it needs 125000000 operations");
    expect(drawn(1, 1)).toMatch("drawn shape rows=1 cols=1: its outputs have a single element");
  });

  test("that are measured are three, grow, and fit every device", () => {
    expect(misdeclared({ measures: spec.measures.slice(1) })).toEqual([
      "softmax: its measures must be small, medium, large, got medium, large",
    ]);
    const measures = spec.measures.map((measure) => ({ ...measure, shape: { rows: 8193, cols: 4096 } }));
    const faults = misdeclared({ measures });
    expect(faults).toContain('softmax: measure "small": x takes 134234112 bytes; every device can bind 134217728');
    expect(faults).toContain(
      'softmax: measure "large": it needs 167792640 operations, which is not more than the previous measure',
    );
  });
});

describe("data", () => {
  test("kinds exist, and each is used", () => {
    expect(misdeclared({ checks: [...spec.checks, check(2, 3, ["spiky"])] })).toEqual([
      'softmax: checks use the data kind "spiky", which does not exist',
    ]);
    expect(misdeclared({}, { data: [...whole.data, { ...whole.data[0]!, name: "idle" }] })).toEqual([
      'softmax: no check uses the data kind "idle"',
    ]);
    expect(misdeclared({}, { data: whole.data.filter(({ name }) => name !== "plain") })).toContain(
      'softmax: the data kind "plain", on which accuracy and time are measured, is missing',
    );
  });

  test("is of the declared tensors, types and sizes, and finite", () => {
    const faultOf = (change: (inputs: Tensors) => Tensors) =>
      broken({ checks: small }, drawing(change)).find((fault) => fault.includes("rows=2 cols=3, plain"));
    const place = "softmax: check shape rows=2 cols=3, plain";
    expect(faultOf(() => ({}))).toBe(`${place}: it does not generate the input x`);
    expect(faultOf(({ x }) => ({ x: x!, z: x! }))).toBe(`${place}: it generates "z", which is not an input`);
    expect(faultOf(({ x }) => ({ x: x!.slice(1) }))).toBe(`${place}: x must have 6 words, got 5`);
    expect(faultOf(({ x }) => ({ x: Uint32Array.from(x!) }))).toBe(
      `${place}: x must be a Float32Array, got a Uint32Array`,
    );
    expect(faultOf(({ x }) => ({ x: x!.fill(Number.NEGATIVE_INFINITY, 0, 1) }))).toMatch(
      /x contains infinities or NaNs/,
    );
  });

  test("pads packed rows with zeros", () => {
    const inputs = [...spec.inputs, { name: "codes", type: "u4", dims: ["rows", "cols"], about: "" } as const];
    const packed = (word: number) =>
      broken(
        { inputs, checks: small, measures: [] },
        drawing(({ x }) => ({ x: x!, codes: new Uint32Array(2).fill(word) })),
      ).filter((fault) => fault.includes("rows=2 cols=3, plain"));
    expect(packed(0xfff)).toEqual([]);
    expect(packed(0x1fff)).toEqual([
      'softmax: check shape rows=2 cols=3, plain: it breaks the constraint "Unused bits in the last word of each row of `codes` are zero."',
    ]);
  });

  test("rejects zeros, constants, and copies of an input", () => {
    const faults = (value: number) =>
      broken(
        { checks: small },
        drawing(({ x }) => ({ x: x!.fill(value) })),
      );
    expect(faults(1)).toContain(
      "softmax: check shape rows=2 cols=3, plain: 0.3333333333333333 everywhere would pass as half of y",
    );
    const oracle: Task["oracle"] = {
      units: ({ rows }) => rows!,
      prepare:
        ({ shape, inputs }) =>
        (row, { y }, slot) => {
          for (let c = 0; c < shape.cols!; c++) {
            y!.expected[slot * shape.cols! + c] = inputs.x![row * shape.cols! + c]!;
            y!.bound[slot * shape.cols! + c] = 1e-6;
          }
        },
    };
    const zeros: Task["oracle"] = {
      units: ({ rows }) => rows!,
      prepare:
        () =>
        (_, { y }) =>
          y!.bound.fill(1e-38),
    };
    expect(broken({ checks: small }, { oracle: zeros })).toContain(
      "softmax: check shape rows=2 cols=3, plain: zeros would pass as all of y",
    );
    expect(broken({ checks: small }, { oracle })).toContain(
      "softmax: check shape rows=2 cols=3, plain: a copy of the input x would pass as half of y",
    );
    // On a large problem the oracle evaluates some units only: the copy is found there too.
    const large = { checks: [check(65_537, 3)], flops: ({ rows, cols }: Shape) => 1e3 * rows! * cols! };
    expect(broken(large, { oracle })).toContain(
      "softmax: check shape rows=65537 cols=3, plain: a copy of the input x would pass as half of y",
    );
  });
});

test("inputs that are trivial in one draw, but not in most further ones, are due to chance", () => {
  const checks = small
    .filter(({ shape }) => shape.rows === 2 && shape.cols === 3)
    .map((one) => ({ ...one, data: ["plain"] }));
  const trivial = /everywhere would pass as half of y/;
  const trivialInFirst = (draws: number) => {
    let drawn = 0;
    const drawSome = drawing(({ x }) => ({ x: x!.length === 6 && drawn++ < draws ? x!.fill(1) : x! }));
    return broken({ checks }, drawSome).filter((fault) => trivial.test(fault));
  };
  expect(trivialInFirst(3)).toEqual([]);
  expect(trivialInFirst(4)).toHaveLength(1);
});

/** A copy of the input in which every `period`th element is 0. */
function copyWithZeros(period: number): Task["oracle"] {
  return {
    units: ({ rows }) => rows!,
    prepare:
      ({ shape, inputs }) =>
      (row, { y }, slot) => {
        for (let c = 0; c < shape.cols!; c++) {
          const from = row * shape.cols! + c;
          y!.expected[slot * shape.cols! + c] = from % period === 0 ? 0 : inputs.x![from]!;
          y!.bound[slot * shape.cols! + c] = 1e-6;
        }
      },
  };
}

test("a copy of an input is not trivial if it is wrong for a tenth of all elements, which are 0", () => {
  const checks = [...spec.checks.filter(({ shape }) => shape.cols === 227)];
  const trivial = /a copy of the input x would pass as half of y/;
  const faults = (period: number) =>
    broken({ checks }, { oracle: copyWithZeros(period) }).filter((fault) => trivial.test(fault));
  expect(faults(5)).toEqual([]);
  expect(faults(20)).not.toEqual([]);
});

test("integer outputs are not a constant, the indices, or a copy of an input, in nine of ten elements", () => {
  const outputs = [{ ...spec.outputs[0]!, type: "u32" as const }];
  const faults = (value: (element: number) => number, bound = 0) =>
    broken(
      { outputs, checks: [check(7, 13)] },
      {
        oracle: {
          units: ({ rows }) => rows!,
          prepare:
            ({ shape }) =>
            (row, { y }, slot) => {
              for (let c = 0; c < shape.cols!; c++) {
                y!.expected[slot * shape.cols! + c] = value(row * shape.cols! + c);
                y!.bound[slot * shape.cols! + c] = bound;
              }
            },
        },
      },
    ).filter((fault) => fault.includes("rows=7 cols=13"));
  const place = "softmax: check shape rows=7 cols=13, plain";
  expect(faults((e) => e % 3)).toEqual([]);
  expect(faults((e) => (e % 20 === 0 ? 0 : 2))).toEqual([`${place}: 2 everywhere would pass as nine tenths of y`]);
  expect(faults((e) => e)).toEqual([`${place}: each element's index would pass as nine tenths of y`]);
  expect(faults((e) => e % 3, 1)).toEqual([`${place}: the oracle's error bound of y, which is u32, is not 0`]);
});

describe("ranges", () => {
  const declared = (least: number, most: number) =>
    broken({
      checks: small,
      ranges: [{ of: "`x`", least, most, values: ({ inputs }) => inputs.x!.filter((value) => value > -1e30) }],
    }).filter((fault) => fault.includes("range"));

  test("are judged at both ends", () => {
    expect(declared(-10_000, 10_000)).toEqual([]);
    expect(declared(-10_200, 10_200)).toEqual([
      "softmax: the range of `x`, -10200 to 10200: no case comes near -10200",
      "softmax: the range of `x`, -10200 to 10200: no case comes near 10200",
    ]);
  });

  test("contain all generated values", () => {
    expect(declared(-9990, 9990)).toEqual([
      expect.stringMatching(/^softmax: the range of `x`, -9990 to 9990: cases hold -999\d\.\d+ to 999\d\.\d+$/),
    ]);
  });
});

describe("the oracle", () => {
  test("cuts outputs into even units", () => {
    const oracle = { ...whole.oracle, units: () => 4 };
    expect(broken({ checks: small }, { oracle })).toContain(
      "softmax: check shape rows=2 cols=3, plain: the 6 elements of y do not divide evenly among 4 units",
    );
  });

  test("gives error bounds that are small against the values", () => {
    const oracle = (share: number): Task["oracle"] => ({
      ...whole.oracle,
      prepare(problem) {
        const evaluateUnit = whole.oracle.prepare(problem);
        return (unit, into, slot) => {
          evaluateUnit(unit, into, slot);
          into.y!.expected.forEach((value, e) => {
            into.y!.bound[e] = share * value + 1e-40;
          });
        };
      },
    });
    expect(broken({ checks: small }, { oracle: oracle(0.04) }).filter((fault) => fault.includes("bound"))).toEqual([]);
    expect(broken({ checks: small }, { oracle: oracle(0.06) })).toContain(
      "softmax: check shape rows=2 cols=3, plain: the error bound of y is 6 % of its values in the median; the limit is 5 %",
    );
  });

  test("gives finite values, and positive error bounds", () => {
    const withBound = (bound: number, expected = 1): Partial<Task> => ({
      oracle: {
        units: ({ rows }) => rows!,
        prepare:
          () =>
          (_, { y }) => {
            y!.expected.fill(expected);
            y!.bound.fill(bound);
          },
      },
    });
    const place = "softmax: check shape rows=1 cols=1, plain";
    const message = `${place}: the oracle's error bound of y is not finite and positive everywhere`;
    expect(broken({ checks: small }, withBound(0))).toContain(message);
    expect(broken({ checks: small }, withBound(Number.NaN))).toContain(message);
    expect(broken({ checks: small }, withBound(1, Number.NaN))).toContain(
      `${place}: the oracle's y is not finite everywhere`,
    );
  });
});

test("a task has at least three mistakes, in sentences", () => {
  const [one, two] = whole.mistakes;
  expect(misdeclared({}, { mistakes: [one!, two!] })).toEqual(["softmax: it lists 2 mistakes; the minimum is 3"]);
  const mistakes = [...whole.mistakes, { ...one!, name: "odd", about: "The maximum is wrong.", hint: "fix it" }];
  expect(misdeclared({}, { mistakes })).toEqual([
    'softmax: mistake "odd": its about does not complete "Likely cause: …": "The maximum is wrong."',
    'softmax: mistake "odd": its hint is not a whole sentence: "fix it"',
  ]);
});

describe("constraints", () => {
  const sentence = "There are few `rows`.";
  test("hold for every case, measured shape and random shape", () => {
    const few = (most: number) => ({
      sentence,
      of: "dimensions" as const,
      holds: ({ shape }: Problem) => shape.rows! < most,
    });
    const faults = broken({ constraints: [few(65)], checks: small }).filter((fault) => fault.includes(sentence));
    expect(faults.map((fault) => fault.replace(/ rows=.*: it/, ": it"))).toEqual(
      expect.arrayContaining([`softmax: measure shape: it breaks the constraint "${sentence}"`]),
    );
    expect(faults).toHaveLength(spec.measures.length);
  });

  test("hold for the data of every case, including random shapes", () => {
    const none = { sentence, of: "inputs" as const, holds: () => false };
    const task = { ...whole, spec: { ...spec, constraints: [none], checks: small } };
    const faults = broken({ constraints: [none], checks: small }).filter((fault) => fault.includes(sentence));
    expect(faults).toHaveLength(listCases(task, "consistency").length);
  });
});
