import { describe, expect, test } from "vitest";
import { madeUpCase } from "../testing/made-up-case.ts";
import { attributeOf, readModule } from "../wgsl/syntax.ts";
import { findUnguardedUse } from "./barriers.ts";
import { type CaseOutcome, findCasePattern } from "./case-pattern.ts";
import type { Observed } from "./observed.ts";
import { findPlace, placeFinding } from "./places.ts";
import { findRearrangement } from "./rearranged.ts";
import { findSmallErrors, howFinders } from "./values.ts";

/** Values without repetitions. */
const value = (r: number, c: number) => Math.sin(1 + 37 * r + 5 * c);

function grid(rows: number, cols: number, got: (r: number, c: number) => number | undefined): Observed {
  const axes = [
    { name: "rows", size: rows },
    { name: "cols", size: cols },
  ];
  return madeUpCase(axes, value, got as (...index: number[]) => number | undefined);
}

describe("where", () => {
  const unwritten = (...cases: Observed[]) => {
    const marked = cases.filter(({ unwrittenCount }) => unwrittenCount > 0);
    const clean = cases.filter(({ unwrittenCount }) => unwrittenCount === 0);
    const region = findPlace(
      marked.map((observed) => ({ observed, isMarked: observed.isUnwritten, count: observed.unwrittenCount })),
      clean,
    );
    return region && placeFinding("y", "never written", region).sentence;
  };
  const without = (rows: number, cols: number, isLeftOut: (r: number, c: number) => boolean) =>
    grid(rows, cols, (r, c) => (isLeftOut(r, c) ? undefined : value(r, c)));

  test("distinguishes a fixed start from the end of the last full tile", () => {
    const beyond = [20, 40].map((rows) => without(rows, 3, (r) => r >= 16));
    expect(unwritten(...beyond)).toMatch(/never written in the last part of rows, from rows = 16 on\. Likely cause:/);
    const ragged = [20, 40].map((rows) => without(rows, 3, (r) => r >= Math.floor(rows / 16) * 16));
    expect(unwritten(...ragged)).toMatch(/in the last part of rows, past the last full tile of 16\. .* rounded down/);
  });

  test("finds tiles in two axes, multiples, and a workgroup count that omits an axis", () => {
    const tiles = [without(20, 37, (r, c) => r >= 16 || c >= 32), without(33, 18, (r, c) => r >= 32 || c >= 16)];
    expect(unwritten(...tiles)).toMatch(/past the last full tile of 16/);
    expect(unwritten(without(40, 2, (r) => r % 8 !== 0))).toMatch(/except where rows is a multiple of 8/);
    const flat = [without(5, 64, (r) => r > 0), without(4, 100, (r, c) => 100 * r + c >= 128)];
    expect(unwritten(...flat)).toMatch(/the workgroup count omits rows/);
  });

  test("finds what loops leave out that end too early, or stride too far", () => {
    const short = [7, 19].map((rows) => without(rows, 3, (r) => r % 4 === 3));
    expect(unwritten(...short)).toMatch(
      /at the last of every 4 indices of rows\. .* loop over 4 elements ends one too e/,
    );
    const far = [70, 99].map((cols) => without(2, cols, (_, c) => c % 64 >= 32));
    expect(unwritten(...far)).toMatch(
      /in the second half of every 64 indices of cols\. .* a loop strides by 64, which/,
    );
  });

  test("finds the start of a part that is longer than the examined end", () => {
    const beyond = [30_000, 40_000].map((rows) => without(rows, 1, (r) => r >= 300));
    expect(unwritten(...beyond)).toMatch(/in the last part of rows, from rows = 300 on/);
    const flat = [without(30_000, 1, (r) => r >= 300), without(10, 4000, (r, c) => 4000 * r + c >= 300)];
    expect(unwritten(...flat)).toMatch(/in the last part of memory, from element 300 on/);
    const other = [without(65_537, 2, (r, c) => 2 * r + c >= 8192), without(32_769, 4, (r, c) => 4 * r + c >= 8192)];
    expect(unwritten(...other)).toMatch(/in the last part of memory, from element 8192 on/);
    const inner = [without(2, 30_000, (_, c) => c >= 300), without(2, 40_000, (_, c) => c >= 300)];
    expect(unwritten(...inner) ?? "").not.toMatch(/from/);
  });

  test("names no place if nothing is written", () => {
    expect(unwritten(without(4, 5, () => true))).toBe("`y` is never written.");
  });

  test("reports nothing if no region fits", () => {
    expect(unwritten(without(30, 30, (r, c) => (7 * r + 11 * c) % 5 === 3))).toBeUndefined();
  });
});

describe("how", () => {
  const sentenceOf = (...cases: Observed[]) =>
    howFinders.map((find) => find(cases)?.sentence).find((sentence) => sentence !== undefined);

  test.each([
    [
      "NaN from one column on",
      (_r: number, c: number, v: number) => (c < 3 ? v : Number.NaN),
      /NaN or infinity, in each row/,
    ],
    ["zeros", () => 0, /holds zeros/],
    ["the bits of integers", (r: number, c: number) => (r + c) * 2 ** -149, /holds the bits of integers/],
    ["a constant", () => 0.5, /holds 0\.5 in every wrong element/],
    ["a flipped sign", (_r: number, _c: number, v: number) => -v, /wrong sign/],
    ["a factor of 8", (_r: number, _c: number, v: number) => 8 * v, /it is 8 times/],
    ["ln 2", (_r: number, _c: number, v: number) => Math.LN2 * v, /it is ln 2 times/],
    ["an offset", (_r: number, _c: number, v: number) => v + 3, /plus 3\./],
  ])("%s", (_, got, sentence) => {
    expect(
      sentenceOf(
        grid(6, 7, (r, c) => got(r, c, value(r, c))),
        grid(9, 5, (r, c) => got(r, c, value(r, c))),
      ),
    ).toMatch(sentence);
  });

  test("names a factor by the size that it follows", () => {
    const scaled = [6, 9].map((rows) => grid(rows, 4, (r, c) => value(r, c) / Math.sqrt(rows)));
    expect(sentenceOf(...scaled)).toBe("`y` is wrong by a constant factor: it is 1/√rows times the expected value.");
  });

  test("names a factor by the param that it follows", () => {
    const scaled = [0.3, 0.5].map((rate) => {
      const one = grid(6, 7, (r, c) => value(r, c) * (1 - rate));
      return { ...one, problem: { ...one.problem, params: { rate } } };
    });
    expect(sentenceOf(...scaled)).toMatch(/it is 1 - rate times the expected value/);
    const unnamed = [0.3, 0.5].map((rate) => {
      const one = grid(6, 7, (r, c) => value(r, c) * (1 + rate * rate));
      return { ...one, problem: { ...one.problem, params: { rate } } };
    });
    expect(sentenceOf(...unnamed)).toBe("`y` is wrong by one factor per case, which is not the same in all of them.");
  });

  test("a few zeros may be wrong for any reason", () => {
    const zeros = (count: number) => grid(6, 7, (r, c) => (r === 1 && c < count ? 0 : value(r, c)));
    expect(sentenceOf(zeros(3))).toBe("`y` holds zeros where it is wrong.");
    expect(sentenceOf(zeros(4))).toMatch(/zeros where it is wrong: probably nothing is added up there/);
  });

  test("reports nothing about unrelated values", () => {
    expect(sentenceOf(grid(6, 7, (r, c) => Math.cos(3 + r * r + 17 * c)))).toBeUndefined();
  });
});

describe("correct values in wrong places", () => {
  const sentenceOf = (got: (rows: number, cols: number) => (r: number, c: number) => number | undefined) =>
    findRearrangement([grid(6, 7, got(6, 7)), grid(9, 5, got(9, 5))])?.sentence;
  const at = (cols: number, element: number) => value(Math.floor(element / cols), element % cols);

  test("finds shifts, transpositions, repetitions and wrong row lengths", () => {
    expect(sentenceOf((_, cols) => (r, c) => (r + c === 0 ? undefined : at(cols, r * cols + c - 1)))).toMatch(
      /shifted by one along cols/,
    );
    expect(
      sentenceOf((rows, cols) => (r, c) => value((r * cols + c) % rows, Math.floor((r * cols + c) / rows))),
    ).toMatch(/transposed, as \[cols, rows\] instead of \[rows, cols\]/);
    expect(sentenceOf(() => (_, c) => value(0, c))).toMatch(/rows = 0 is repeated/);
  });

  test("reports nothing for other values", () => {
    expect(sentenceOf(() => (r, c) => Math.cos(3 + r * r + 17 * c))).toBeUndefined();
  });
});

describe("which cases", () => {
  const outcome = (rows: number, cols: number, isRight: boolean, data = "plain"): CaseOutcome => ({
    shape: { rows, cols },
    params: {},
    data,
    isRight,
  });
  const sentenceOf = (isRight: (rows: number, cols: number, data: string) => boolean) =>
    findCasePattern(
      [
        [2, 3],
        [7, 13],
        [16, 16],
        [15, 17],
        [64, 64],
        [63, 300],
        [9, 260],
      ].flatMap(([rows, cols]) =>
        ["plain", "steep"].map((data) => outcome(rows!, cols!, isRight(rows!, cols!, data), data)),
      ),
    )?.sentence;

  test("reports a condition that only the wrong cases share", () => {
    expect(sentenceOf((rows, cols) => rows === cols)).toMatch(/only if rows and cols differ/);
    expect(sentenceOf((_, cols) => cols <= 256)).toMatch(/only if cols is above (64|128|256)/);
    expect(sentenceOf((_rows, _cols, data) => data === "plain")).toMatch(/only on steep data: `plain` data passes/);
    expect(sentenceOf((rows) => rows === 64)).toMatch(/unless rows = 64 and cols = 64/);
  });

  test("one correct case with a size of 1 is no condition, unless there is no other size", () => {
    const ones = (...others: readonly (readonly [number, number])[]) =>
      findCasePattern([[1, 3] as const, ...others].map(([rows, cols]) => outcome(rows, cols, rows === 1)))?.sentence;
    const wrong = [
      [2, 8],
      [7, 13],
      [15, 60],
    ] as const;
    expect(ones(...wrong)).toBeUndefined();
    expect(ones([1, 9], ...wrong)).toBe("It is wrong unless rows = 1.");
    const sizes = [1, 3, 16, 97].map((size) => ({ ...outcome(1, 1, size === 1), shape: { size } }));
    expect(findCasePattern(sizes)?.sentence).toBe("It is wrong unless size = 1.");
  });

  test("reports nothing if correct cases share it too", () => {
    expect(sentenceOf((rows, cols) => (rows + cols) % 3 === 0)).toBeUndefined();
  });
});

describe("barriers", () => {
  const found = (body: string) => {
    const module = readModule(`
      var<workgroup> part: array<f32, 64>;
      @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) {
        ${body}
      }`)!;
    const entry = module.functions.get("main")!;
    expect(attributeOf(entry, "workgroup_size")).toEqual(["64"]);
    return findUnguardedUse(module, entry)?.how;
  };
  const tree = (barrier: string) => `
    part[lane] = 1.0;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half /= 2u) {
      if (lane < half) { part[lane] += part[lane + half]; }
      ${barrier}
    }`;

  test("finds missing barriers, and no others", () => {
    expect(found(tree("workgroupBarrier();"))).toBeUndefined();
    expect(found(tree(""))).toBe("read-after-write");
    const tiles = (end: string) => `
      var sum = 0.0;
      for (var t = 0u; t < 8u; t++) {
        part[lane] = f32(t);
        workgroupBarrier();
        for (var i = 0u; i < 64u; i++) { sum += part[i]; }
        ${end}
      }`;
    expect(found(tiles("workgroupBarrier();"))).toBeUndefined();
    expect(found(tiles(""))).toBe("write-in-next-round");
    const again = (barrier: string) => `
      ${tree("workgroupBarrier();")}
      let all = part[0];
      ${barrier}
      var sum = 0.0;
      for (var i = lane; i < 999u; i += 64u) { sum += f32(i) / all; }
      part[lane] = sum;`;
    expect(found(again("workgroupBarrier();"))).toBeUndefined();
    expect(found(again(""))).toBe("write-after-read");
  });

  test("a lane's own element needs no barrier", () => {
    expect(found("part[lane] = 1.0; let own = part[lane];")).toBeUndefined();
    const barrierFirst = `
      part[lane] = 1.0;
      for (var half = 32u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) { part[lane] += part[lane + half]; }
      }`;
    expect(found(`${barrierFirst} if (lane == 0u) { let all = part[0]; }`)).toBeUndefined();
    expect(found(`${barrierFirst} if (lane == 0u) { let all = part[1]; }`)).toBe("read-after-write");
    expect(found(`${barrierFirst} let all = part[0];`)).toBe("read-after-write");
  });

  test("what one invocation does alone needs no barrier", () => {
    const runningSums = "for (var i = 1u; i < 64u; i++) { part[i] += part[i - 1u]; }";
    expect(found(`if (lane == 0u) { ${runningSums} }`)).toBeUndefined();
    expect(found(`let own = lane; if (own == 0) { ${runningSums} }`)).toBeUndefined();
    expect(found(`if (lane == 0u) { } else { ${runningSums} }`)).toBe("read-after-write");
    expect(found(`let tile = 0u; if (tile == 0u) { ${runningSums} }`)).toBe("read-after-write");
    expect(found(`if (lane == 0u) { ${runningSums} } if (lane == 1u) { ${runningSums} }`)).toBe("read-after-write");
  });
});

describe("zeros", () => {
  const sentenceOf = (one: Observed) =>
    howFinders.map((find) => find([one])).find((found) => found !== undefined)?.sentence;

  test("may be fractions that a division of integers dropped", () => {
    const nothing = "`y` holds zeros where it is wrong: probably nothing is added up there";
    expect(sentenceOf(grid(5, 7, () => 0))).toBe(`${nothing}, or integers are divided, which drops the fraction.`);
  });

  test("of integers are no sums", () => {
    const one = madeUpCase(
      [{ name: "rows", size: 50 }],
      (r) => (r % 3) + 1,
      () => 0,
    );
    expect(sentenceOf({ ...one, got: new Uint32Array(50) })).toBe("`y` holds zeros where it is wrong.");
  });
});

describe("small errors", () => {
  const near = madeUpCase(
    [{ name: "rows", size: 9 }],
    (r) => 1 + r,
    (r) => (1 + r) * (1 + 0.001 * (r % 3)),
  );
  const sentenceOf = (params: Observed["problem"]["params"]) =>
    findSmallErrors([{ ...near, problem: { ...near.problem, params } }], undefined)?.sentence;

  test("may come from a round of an iteration", () => {
    expect(sentenceOf({ iterations: 3 })).toContain("a round is missing, or does not start from the one before, or");
    expect(sentenceOf({ iterations: 1 })).not.toContain("a round is");
    expect(sentenceOf({})).not.toContain("a round is");
  });
});

describe("outputs of integers", () => {
  const integers = (got: (r: number) => number, contents?: (r: number) => number): Observed => {
    const one = madeUpCase([{ name: "rows", size: 50 }], (r) => ((7 * r) % 13) + 1, got);
    const values = Uint32Array.from({ length: 50 }, (_, r) => got(r));
    const again = contents && { before: Uint32Array.from({ length: 50 }, (_, r) => contents(r)), got: values };
    return { ...one, bound: new Float64Array(50), got: values, again };
  };
  const kindOf = (one: Observed) => howFinders.map((find) => find([one])).find((found) => found !== undefined)?.kind;

  test("are not taken for rounded numbers, and an offset is still found", () => {
    expect(kindOf(integers((r) => ((7 * r) % 13) + 2))).toBe("constant-offset");
    expect(kindOf(integers((r) => ((7 * r) % 13) + (r % 2 === 0 ? 2 : 0)))).toBeUndefined();
  });

  test("are added to the contents from before the run, modulo 2³²", () => {
    const contents = (r: number) => 2 ** 32 - 3 - r;
    expect(kindOf(integers((r) => (((7 * r) % 13) + 1 + contents(r)) % 2 ** 32, contents))).toBe(
      "added-to-what-was-there",
    );
  });
});
