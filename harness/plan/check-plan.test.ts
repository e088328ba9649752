import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type * as candidate from "../submission/candidate-api.d.ts";
import { defaultLimits, guaranteedLimits } from "../task/limits.ts";
import type { DeviceContext, PlanContext } from "../task/plan.ts";
import type { planSchema } from "../task/plan-schema.ts";
import type { Unchanging } from "../task/written.ts";
import { checkPlan, type PlanInterface } from "./check-plan.ts";
import { CompileLoad } from "./compile-load.ts";

const tensor = (name: string) => ({ name, type: "f32" as const, dims: ["rows"], about: "" });
const SPEC: PlanInterface = {
  inputs: [tensor("weights"), tensor("x")],
  outputs: [tensor("y")],
  scratchLimitBytes: ({ rows }) => 1024 * rows!,
};
const SHAPE = { rows: 2 };

const PASS = { code: "@compute fn f() {}", bindings: ["x", "y"], workgroups: [1] };

function check(value: unknown) {
  return checkPlan(value, SPEC, SHAPE, guaranteedLimits);
}

/** The problems of a plan whose one pass differs from a valid one. */
function pass(change: object, plan: object = {}): string[] {
  return problems({ passes: [{ ...PASS, ...change }], ...plan });
}

function problems(value: unknown): string[] {
  const result = check(value);
  return result.ok ? [] : result.problems.map((problem) => `${result.verdict}: ${problem}`);
}

const error = (text: string) => [`plan-error: ${text}`];

test("a valid plan is unchanged, except that booleans become numbers", () => {
  const plan = {
    passes: [
      { code: "a", bindings: ["x", "counts"], workgroups: [2, 3, 4], constants: { N: 5, FLAG: true } },
      { code: "b", entryPoint: "main", bindings: ["y", "sums"], workgroups: { indirect: "counts", offset: 4 } },
    ],
    scratch: { counts: 16, sums: 400 },
    requires: ["shader-f16", "subgroups"],
  };
  const result = check(plan);
  expect(result).toEqual({
    ok: true,
    plan: { ...plan, passes: [{ ...plan.passes[0], constants: { N: 5, FLAG: 1 } }, plan.passes[1]] },
  });
});

test("a plan has 1 to 4,096 passes", () => {
  expect(problems({ passes: Array(4096).fill(PASS) })).toEqual([]);
  expect(problems({ passes: Array(4097).fill(PASS) })).toEqual(
    error("`passes` has 4097 passes; the limit is 4096. Do more work in each."),
  );
  expect(problems({ passes: [] })).toEqual(
    error("`passes` is empty. It must be an array with one object per dispatch: `[{ code, bindings, workgroups }]`."),
  );
});

test("a value of the wrong form is named, with the expected form", () => {
  expect(problems(5)).toEqual(error("The plan is 5. Return an object: `{ passes: [ … ] }`."));
  expect(problems(null)).toEqual(error("The plan is null. Return an object: `{ passes: [ … ] }`."));
  expect(problems({})).toEqual(
    error("`passes` is missing. It must be an array with one object per dispatch: `[{ code, bindings, workgroups }]`."),
  );
  expect(problems([PASS])).toEqual(
    error(
      'The plan is the array `[{"code":"@compute fn f() {}","bindings":["x","y"],"workgro…`. Return an object: `{ passes: [ … ] }`.',
    ),
  );
  expect(problems({ passes: ["a"] })).toEqual(
    error('`passes[0]` is the string "a". It must be an object: `{ code, bindings, workgroups }`.'),
  );
  expect(pass({ code: "" })).toEqual(
    error("`passes[0].code` is empty. It must be a string of WGSL, such as an imported `.wgsl` file."),
  );
  expect(pass({ code: 5 })).toEqual(
    error("`passes[0].code` is 5. It must be a string of WGSL, such as an imported `.wgsl` file."),
  );
  expect(pass({ bindings: "x" })).toEqual(
    error(
      '`passes[0].bindings` is the string "x". It must be an array of tensor and scratch buffer names: `["x", "y"]`.',
    ),
  );
  expect(pass({ bindings: ["x", 5, "y"] })).toEqual(
    error("`passes[0].bindings[1]` is 5. It must be the name of a tensor or scratch buffer, as a string."),
  );
  expect(pass({ constants: { "my const": "3" } })).toEqual(
    error('`passes[0].constants["my const"]` is the string "3". It must be a number.'),
  );
  expect(pass({ workgroups: 5 })).toEqual(
    error(
      "`passes[0].workgroups` is 5. It must be one to three counts, `[x, y, z]`, or `{ indirect: scratchName, offset: bytes }`.",
    ),
  );
  expect(pass({ workgroups: ["1"] })).toEqual(
    error(
      '`passes[0].workgroups` is the array `["1"]`. It must be one to three counts, `[x, y, z]`, or `{ indirect: scratchName, offset: bytes }`.',
    ),
  );
  expect(pass({}, { scratch: { s: "4" } })).toEqual(
    error('`scratch.s` is the string "4". It must be a size in bytes.'),
  );
  expect(pass({}, { requires: "subgroups" })).toEqual(
    error('`requires` is the string "subgroups". It must be an array of WebGPU feature names: `["subgroups"]`.'),
  );
});

test("a value that is not data is named, with a fix", () => {
  expect(problems({ notData: "undefined" })).toEqual(
    error("The plan function returned nothing. End it with `return { passes: [ … ] }`."),
  );
  expect(problems({ notData: "a function" })).toEqual(
    error("The plan is a function. Use only numbers, strings, booleans, arrays and objects."),
  );
  expect(pass({ workgroups: [{ notData: "NaN" }] })).toEqual(
    error(
      "`passes[0].workgroups[0]` is NaN. Check the names in its formula: a name that is not in the shape is undefined, which gives NaN.",
    ),
  );
  expect(pass({ workgroups: { notData: "a typed array" } })).toEqual(
    error("`passes[0].workgroups` is a typed array. Write `Array.from(…)` around it."),
  );
});

test("an unknown field is named, with the nearest known one", () => {
  expect(pass({ binding: ["x"] })).toEqual(
    error('`passes[0].binding` is not a field of `passes[0]`. Did you mean "bindings"?'),
  );
  expect(problems({ passes: [PASS], Scratch: {} })).toEqual(
    error('`Scratch` is not a field of a plan. Did you mean "scratch"?'),
  );
  expect(problems({ passes: [PASS], colour: 1 })).toEqual(error("`colour` is not a field of a plan."));
});

test("a pass has at most 1,024 constants", () => {
  const constants = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`C${at}`, at]));
  expect(pass({ constants: constants(1024) })).toEqual([]);
  expect(pass({ constants: constants(1025) })).toEqual(
    error(
      "`passes[0].constants` has 1025 constants; the limit is 1024. Put tables into the WGSL source as `const` arrays.",
    ),
  );
});

test("a long name is shortened in a field's path", () => {
  const name = "x".repeat(30_000);
  const messages = problems({ passes: [PASS], scratch: { [name]: 1.5 }, [name]: 1 });
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages) expect(message.length).toBeLessThan(500);
});

test("bindings must be names of tensors or scratch, each once, at most eight", () => {
  expect(pass({ bindings: ["x", "y", "weight"] })).toEqual(
    error(
      '`passes[0].bindings[2]` is "weight", but no tensor or scratch buffer has that name. Did you mean "weights"?',
    ),
  );
  expect(pass({ bindings: ["y", "gradient"] }, { scratch: { tmp: 4 } })).toEqual(
    error(
      '`passes[0].bindings[1]` is "gradient", but no tensor or scratch buffer has that name. Use one of "weights", "x", "y", "tmp".',
    ),
  );
  expect(pass({ bindings: ["x", "y", "x"] })).toEqual(
    error(
      '`passes[0].bindings[2]` repeats "x" from `bindings[0]`. Bind each buffer once per pass, and use that binding in both places.',
    ),
  );
  const scratch = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`s${i}`, 4]));
  const bindings = ["x", "y", ...Object.keys(scratch)];
  expect(pass({ bindings: bindings.slice(0, 8) }, { scratch })).toEqual([]);
  expect(pass({ bindings }, { scratch })).toEqual(
    error("`passes[0].bindings` has 9 names; a pass can bind 8 buffers. Merge scratch buffers."),
  );
  expect(pass({ bindings: ["y", "constructor"] })[0]).toContain("no tensor or scratch buffer");
});

test("every output must be bound in some pass", () => {
  expect(pass({ bindings: ["x"] })).toEqual(
    error("The plan never binds the output `y`. Add it to the `bindings` of a pass."),
  );
  expect(problems({ passes: [{ ...PASS, bindings: ["x"] }, PASS] })).toEqual([]);
});

test("scratch sizes are positive multiples of four, and names differ from tensors'", () => {
  const scratch = (bytes: number) => pass({}, { scratch: { s: bytes } });
  expect(scratch(4)).toEqual([]);
  expect(scratch(10.5)).toEqual(
    error(
      "`scratch.s` must be a positive multiple of 4 bytes, got 10.5. Multiply the number of elements by 4, the bytes of an f32 or a u32.",
    ),
  );
  for (const bytes of [0, -4, 6]) expect(scratch(bytes)[0]).toContain("must be a positive multiple of 4 bytes");
  expect(pass({}, { scratch: { y: 4 } })).toEqual(error("`scratch.y` has the name of a tensor. Rename it."));
});

test("scratch above the task's limit is a memory-limit, even if it is split", () => {
  expect(pass({}, { scratch: { a: 1024, b: 1024 } })).toEqual([]);
  expect(pass({}, { scratch: { a: 1024, b: 1028 } })).toEqual([
    "memory-limit: `scratch` asks for 2052 bytes in total; this task allows 2048 for this shape. Reuse a buffer, or keep partial results in registers or workgroup memory.",
  ]);
  const generous = { ...SPEC, scratchLimitBytes: () => 1e12 };
  const large = checkPlan({ passes: [PASS], scratch: { a: 2 ** 30 } }, generous, SHAPE, guaranteedLimits);
  expect(large).toEqual({
    ok: false,
    verdict: "memory-limit",
    problems: ["`scratch.a` is 1073741824 bytes; the device allows 134217728 per buffer. Split it."],
  });
});

test("scratch and tensors together have a limit, regardless of the adapter's memory", () => {
  const generous = { ...SPEC, scratchLimitBytes: () => 1e12 };
  const plan = { passes: [PASS], scratch: { a: 8 * 2 ** 20, b: 8 * 2 ** 20 } };
  const check = checkPlan(plan, generous, SHAPE, guaranteedLimits, { ...defaultLimits, gpuMebibytes: 16 });
  expect(check).toMatchObject({
    ok: false,
    verdict: "memory-limit",
    problems: [
      expect.stringMatching(
        /^`scratch` asks for 16777216 bytes, and the tensors take \d+ bytes; together they may take 16 MiB of GPU memory\. Use less scratch\.$/,
      ),
    ],
  });
  expect(checkPlan(plan, generous, SHAPE, guaranteedLimits, { ...defaultLimits, gpuMebibytes: 17 }).ok).toBe(true);
});

test("workgroup counts are one to three whole numbers within the device's limit", () => {
  expect(pass({ workgroups: [65535, 65535, 65535] })).toEqual([]);
  expect(pass({ workgroups: [] })).toEqual(
    error("`passes[0].workgroups` has 0 counts. Use one to three: `[x, y, z]`."),
  );
  expect(pass({ workgroups: [1, 1, 1, 1] })[0]).toContain("has 4 counts");
  expect(pass({ workgroups: [0] })).toEqual(
    error("`passes[0].workgroups[0]` must be a positive integer, got 0. Round up, with `Math.ceil` or `ceilDiv`."),
  );
  expect(pass({ workgroups: [1, 2.5] })).toEqual(
    error("`passes[0].workgroups[1]` must be a positive integer, got 2.5. Round up, with `Math.ceil` or `ceilDiv`."),
  );
  expect(pass({ workgroups: [100000] })).toEqual(
    error(
      "`passes[0].workgroups[0]` is 100000; the device allows 65535 along one axis. Spread them over y: `[65535, 2]`, number the workgroups `workgroup_id.y * 65535 + workgroup_id.x`, and return early in those past the end.",
    ),
  );
});

test("indirect counts are in a scratch buffer that the pass does not bind", () => {
  const scratch = { counts: 16 };
  const indirect = (change: object, bindings = ["x", "y"]) =>
    pass({ bindings, workgroups: { indirect: "counts", ...change } }, { scratch });
  expect(indirect({})).toEqual([]);
  expect(indirect({ offset: 4 })).toEqual([]);
  expect(indirect({ offset: 8 })).toEqual(
    error(
      '`passes[0].workgroups.offset` is 8: three 4-byte counts from there exceed the 16 bytes of "counts". Make it at least 20 bytes.',
    ),
  );
  for (const offset of [2, -4, 0.5])
    expect(indirect({ offset })[0]).toContain("must be a non-negative multiple of 4 bytes");
  expect(indirect({ indirect: "x" })).toEqual(
    error(
      '`passes[0].workgroups.indirect` is "x", which is a tensor. Name a scratch buffer that an earlier pass writes.',
    ),
  );
  expect(indirect({ indirect: "count" })).toEqual(
    error('`passes[0].workgroups.indirect` is "count", but no scratch buffer has that name. Did you mean "counts"?'),
  );
  expect(indirect({}, ["x", "y", "counts"])).toEqual(
    error(
      '`passes[0].workgroups.indirect` is "counts", which the same pass binds. WebGPU forbids this: keep the counts in a separate scratch buffer.',
    ),
  );
});

test("a plan may require only features that a kernel can use", () => {
  expect(pass({}, { requires: ["shader-f16", "shader-f61"] })).toEqual(
    error(
      '`requires[1]` is "shader-f61", which is not a WebGPU feature that a kernel can use. Did you mean "shader-f16"?',
    ),
  );
  // `unsupported` gives no mark, so a candidate must not be able to force it with a feature that kernels cannot use.
  expect(pass({}, { requires: ["f16"] })).toEqual(
    error('`requires[0]` is "f16", which is not a WebGPU feature that a kernel can use. Did you mean "shader-f16"?'),
  );
  expect(pass({}, { requires: ["texture-compression-astc"] })).toEqual(
    error('`requires[0]` is "texture-compression-astc", which is of no use to a compute kernel. Remove it.'),
  );
  expect(pass({}, { requires: ["chromium-experimental-nothing"] })).toEqual(
    error(
      '`requires[0]` is "chromium-experimental-nothing", which is not a WebGPU feature that a kernel can use. Remove it.',
    ),
  );
});

test("only the first problems are listed, and hostile text is printable", () => {
  const many = problems({ passes: Array(30).fill({ ...PASS, workgroups: [0] }) });
  expect(many).toHaveLength(11);
  expect(many[10]).toBe("plan-error: There are 20 more problems like these.");
  const [hostile] = pass({ bindings: ["y", `\u001b[31m\n${"z".repeat(1e6)}`] });
  expect(hostile).toContain('"\\u{1b}[31m\\u{a}zzz');
  expect(hostile?.length).toBeLessThan(400);
  expect(pass({ ["\u001b".repeat(1e5)]: 1 })[0]?.length).toBeLessThan(1000);
});

// `npm run typecheck` checks this.
test("the types that candidates see are those of the schema and of the harness", () => {
  expectTypeOf<candidate.Plan>().toEqualTypeOf<Unchanging<z.input<typeof planSchema>>>();
  expectTypeOf<candidate.PlanContext>().toEqualTypeOf<PlanContext>();
  expectTypeOf<candidate.DeviceContext>().toEqualTypeOf<DeviceContext>();
  expectTypeOf<candidate.PlanContext<"softmax">["shape"]["rows"]>().toEqualTypeOf<number>();
});

test("a plan with thousands of problems and names is refused at once, in few words", () => {
  const scratch = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`${"s".repeat(200)}${index}`, 4]));
  const bindings = ["m", "n", "o", "p", "q", "r", "t", "u"].map((name) => name.repeat(50));
  const found = problems({ scratch, passes: Array.from({ length: 4096 }, () => ({ ...PASS, bindings })) });
  expect(found.join(" ").length).toBeLessThan(20_000);
  expect(found[0]).toContain("and 3991 more.");
  expect(found.at(-1)).toMatch(/There are 3275\d more problems like these\.$/);
});

test("a plan with too many values or scratch buffers is refused", () => {
  expect(pass({ bindings: Array.from({ length: 250_000 }, () => 0) })).toEqual(
    error(
      "The plan consists of 250007 numbers, strings and objects; the limit is 200000. Use fewer passes, with fewer constants and bindings in each.",
    ),
  );
  const scratch = Object.fromEntries(Array.from({ length: 4097 }, (_, index) => [`s${index}`, 4]));
  expect(pass({}, { scratch })).toEqual(error("`scratch` has 4097 buffers; the limit is 4096. Merge some of them."));
});

test("an entry point has a name of 1,024 characters at most", () => {
  expect(pass({ entryPoint: "f".repeat(1024) })).toEqual([]);
  expect(pass({ entryPoint: "f".repeat(2_000_000) })).toEqual(
    error("`passes[0].entryPoint` has 2000000 characters; the limit is 1024. Shorten the function's name."),
  );
});

describe("the compile load of the plans of all shapes", () => {
  /** The problems of a submission's plans for successive shapes. */
  function problemsOfPlans(...plans: readonly (readonly object[])[]): string[][] {
    const load = new CompileLoad();
    return plans.map((changes) => {
      const passes = changes.map((change) => ({ ...PASS, ...change }));
      const result = checkPlan({ passes }, SPEC, SHAPE, guaranteedLimits, defaultLimits, load);
      return result.ok ? [] : result.problems.map((problem) => `${result.verdict}: ${problem}`);
    });
  }
  const source = (first: string, characters: number) => first + "\u4e00".repeat(characters - first.length);
  const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

  test("each source counts once, however many passes and shapes use it", () => {
    const half = 4 * 2 ** 20;
    const two = [{ code: source("a", half) }, { code: source("b", half) }, { code: source("a", half) }];
    expect(problemsOfPlans(two, two, [{ code: "c" }])).toEqual([
      [],
      [],
      [
        "memory-limit: Up to `passes[0]` of this shape, the submission's plans have 8388609 characters of WGSL, each source counted once; the limit is 8388608. Use `constants` for sources that differ only in numbers.",
      ],
    ]);
  });

  test("each set of constants and each entry point needs a pipeline", () => {
    const same = numbers(3000).map((N) => ({ constants: { N } }));
    const others = numbers(1095, 3000).map((N) => ({ constants: { N } }));
    expect(problemsOfPlans(same, same, [{ entryPoint: "f" }, ...others], others, [{ entryPoint: "g" }])).toEqual([
      [],
      [],
      [],
      [],
      [
        "memory-limit: Up to `passes[0]` of this shape, the submission's plans need more than 4096 pipelines, one per source, entry point and set of constants. Share constants between more passes.",
      ],
    ]);
  });

  test("a source counts once per pipeline made from it", () => {
    const code = source("", 2 ** 20);
    const passes = (from: number) => numbers(30, from).map((N) => ({ code, constants: { N } }));
    expect(problemsOfPlans(passes(0), passes(30), passes(60))).toEqual([
      [],
      [],
      [
        "memory-limit: Up to `passes[4]` of this shape, the submission's plans have 68157440 characters of WGSL to compile, each source counted once per set of constants; the limit is 67108864. Shorten the sources, or share constants between more passes.",
      ],
    ]);
  });
});
