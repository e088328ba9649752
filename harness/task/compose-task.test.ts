import { describe, expect, test } from "vitest";
import multiHead from "../../kernels/attention/multi-head-attention/task.ts";
import maxPool2d from "../../kernels/layers/max-pool2d/task.ts";
import rmsNorm from "../../kernels/layers/rms-norm/task.ts";
import kmeans from "../../kernels/learning/kmeans-step/task.ts";
import pcaPowerIteration from "../../kernels/learning/pca-power-iteration/task.ts";
import int4 from "../../kernels/quantized-matmul/matmul-int4/task.ts";
import nf4 from "../../kernels/quantized-matmul/matmul-nf4/task.ts";
import { type Alternatives, argmax, bounded, integers, mul, Vector } from "../../reference/bounded.ts";
import { evaluate, type Tensor, type Tensors } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import { onDeviceKind } from "./by-device-kind.ts";
import { sizeCases } from "./case-library.ts";
import { composeTask } from "./compose-task.ts";
import { withEdits } from "./edits.ts";
import { guaranteedLimits } from "./limits.ts";
import { onePassPlan, starterOf } from "./one-pass.ts";
import { oracleOf } from "./reference-oracle.ts";

const { spec, starter, plain, mistaken } = rmsNorm;
const device = {
  features: [],
  limits: guaranteedLimits,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  kind: "software",
} as const;
const context = (rows: number) => ({ task: "rms-norm", shape: { rows, cols: 3 }, params: { eps: 0.5 }, device });

/** A task that finds the larger of two numbers. */
const largerOf = (
  draw: () => Float32Array,
  covers?: "ties",
  reference: (inputs: { readonly x: Vector }) => { index: Alternatives } = ({ x }) => ({
    index: argmax(mul(x, 1 / 3)),
  }),
) =>
  composeTask({
    ...{ name: "larger", family: "tests", title: "Larger", statement: "The larger.", hints: ["None."] },
    example: { shape: { n: 2 }, params: {}, inputs: { x: [1, 2] } },
    ...{ shape: { n: "numbers" }, params: {}, inputs: { x: { dims: ["n"], about: "numbers", range: [-9, 9] } } },
    outputs: { index: { dims: ["1"], about: "the index", type: "u32" } },
    ...{ unit: [], certain: ["index"], cases: sizeCases("n"), flops: () => 1, mistakes: [] },
    reference,
    data: { plain: ["numbers", { x: draw }, covers] },
    plain: { code: "// not in the starter\n// instead: x\n", workgroupFor: [] },
  });

describe("an edit", () => {
  test("replaces a text that is there once, as it is", () => {
    expect(withEdits(["a + b"], [[" + b", " $& c"]], "here")).toEqual(["a $& c"]);
  });

  test("is refused where its text is missing or repeated, with the file, the mistake and the text", () => {
    const place = 'kernels/layers/rms-norm/plain.wgsl, mistake "no-epsilon"';
    expect(() => withEdits(["a + b"], [["c", ""]], place)).toThrow(`${place}: the text "c" is not in the kernel.`);
    expect(() => withEdits(["a + a"], [["a", ""]], place)).toThrow(`${place}: the text "a" is in the kernel 2 times.`);
  });

  test("makes the kernel of each mistake", () => {
    expect(Object.keys(mistaken!)).toEqual(rmsNorm.mistakes.map(({ name }) => name));
    expect(mistaken["no-epsilon"]!(context(2)).passes[0]!.code).toContain("inverseSqrt(squares / f32(COLS));");
  });
});

describe("the plan of one pass", () => {
  test("gives constants, bindings and an invocation for each row", () => {
    expect(plain(context(65)).passes).toMatchObject([
      { constants: { ROWS: 65, COLS: 3, EPS: 0.5 }, bindings: ["x", "gamma", "y"], workgroups: [2] },
    ]);
  });

  test("goes on in y beyond what one dimension holds", () => {
    const tuned = onDeviceKind("hardware", rmsNorm.tuned);
    expect(tuned(context(65_537)).passes[0]!.workgroups).toEqual([65_535, 2]);
  });

  test("may be the plain one's for software adapters, and another for GPUs", () => {
    const { plain, tuned, spec } = pcaPowerIteration;
    const context = { task: spec.name, shape: { n: 9, d: 3 }, params: { iterations: 4 }, device };
    expect(onDeviceKind("software", tuned)(context)).toEqual(plain(context));
    expect(onDeviceKind("hardware", tuned)(context)).not.toEqual(plain(context));
  });

  test("is the plain one's for software adapters where their kernel does not fit the shape or the params", () => {
    const { plain, tuned, spec } = maxPool2d;
    const shape = { batch: 1, channels: 1, height: 7, width: 8, kernel: 3, oh: 3, ow: 3 };
    const contextOf = (width: number, stride: number) => {
      return { task: spec.name, shape: { ...shape, width }, params: { stride }, device };
    };
    const software = onDeviceKind("software", tuned);
    expect(software(contextOf(8, 2))).not.toEqual(plain(contextOf(8, 2)));
    expect(software(contextOf(9, 2))).toEqual(plain(contextOf(9, 2)));
    expect(software(contextOf(8, 1))).toEqual(plain(contextOf(8, 1)));
  });

  test("needs a workgroup size that can be read", () => {
    const plan = onePassPlan(spec, { code: "@compute @workgroup_size(SIZE) fn main() {}", invocationFor: ["rows"] });
    expect(() => plan(context(1))).toThrow(
      "the kernel has no @workgroup_size(…) of numbers, from which to make its plan",
    );
  });
});

describe("the starter", () => {
  test("is the plain kernel without its marked regions, and a module of that plan", () => {
    expect(starter.kernel).toContain("\n  let start = row * COLS;\n\n  let scale = 1.0;\n\n  for (");
    expect(starter.kernel).toMatch(
      /^\/\/ A starter, not yet correct\. See `npx kernelmark tasks rms-norm`\.\n\noverride/,
    );
    expect(starter.module).toContain("constants: { ROWS: shape.rows, COLS: shape.cols, EPS: params.eps },");
    expect(starter.module).toContain("workgroups: [Math.ceil(shape.rows / 64)],");
  });

  test("needs a marked region", () => {
    expect(() => starterOf("rms-norm", spec, { code: "fn main() {}", invocationFor: ["rows"] })).toThrow(
      "plain.wgsl of rms-norm marks no region that is not in the starter.",
    );
  });
});

test("a reference that gives another number of elements is refused", () => {
  const y = { name: "y", type: "f32", dims: ["rows", "cols"], about: "" } as const;
  const oracle = oracleOf({ unit: ["rows"], inputs: [], outputs: [y], reference: () => ({ y: bounded([1, 2]) }) });
  const problem = { shape: { rows: 2, cols: 3 }, params: {}, inputs: {} };
  expect(() => evaluate(oracle, problem, { y: 6 })).toThrow("the reference gives 2 elements of y for a unit of 3");
});

test("an output of u32 must be exact integers", () => {
  const y = { name: "y", type: "u32", dims: ["n"], about: "" } as const;
  const evaluated = (result: Vector | Alternatives) => {
    const oracle = oracleOf({ unit: [], inputs: [], outputs: [y], reference: () => ({ y: result }) });
    return evaluate(oracle, { shape: { n: 2 }, params: {}, inputs: {} }, { y: 2 }).y;
  };
  expect(evaluated(integers([4, 2 ** 32 - 1]))).toEqual({
    expected: Float64Array.of(4, 2 ** 32 - 1),
    bound: Float64Array.of(0, 0),
    others: new Map(),
  });
  expect(() => evaluated(bounded([1, 0.5]))).toThrow("the reference gives 0.5 ± 0 for y[1], which is u32");
  expect(() => evaluated(integers([1, -1]))).toThrow("the reference gives -1 ± 0 for y[1]");
  expect(() => evaluated(new Vector(Float64Array.of(1, 2), Float64Array.of(0, 1)))).toThrow("gives 2 ± 1 for y[1]");
});

describe("data that leaves a choice uncertain", () => {
  const [plainKind, nearTies] = ["plain", "near-ties"].map((name) => kmeans.data.find((kind) => kind.name === name)!);
  const shape = { n: 60, d: 2, k: 5 };
  const labels = (inputs: Tensors) =>
    evaluate(kmeans.oracle, { shape, params: {}, inputs }, { labels: 60, centroids_out: 10, inertia: 1 }).labels!;

  test("is drawn again, unless the kind is about ties", () => {
    expect(labels(plainKind!.draw(new Random("seed"), shape, {})).others!.size).toBe(0);
    expect(labels(nearTies!.draw(new Random("seed"), shape, {})).others!.size).toBe(1);
  });

  test("is drawn until the choice is certain", () => {
    const draws = [Float32Array.of(1, 1), Float32Array.of(2, 2), Float32Array.of(1, 3)];
    const { data } = largerOf(() => draws.shift()!);
    expect(data.find(({ name }) => name === "plain")!.draw(new Random(), { n: 2 }, {})).toEqual({
      x: Float32Array.of(1, 3),
    });
  });

  test("in every draw is an error that names the kind, the output and the shape", () => {
    const draw = () => Float32Array.of(1, 1);
    const plainOf = ({ data }: ReturnType<typeof largerOf>) => data.find(({ name }) => name === "plain")!;
    expect(() => plainOf(largerOf(draw)).draw(new Random(), { n: 2 }, {})).toThrow(
      'Data kind "plain" of larger: a choice in index may go either way in each of 20 draws, and other outputs depend on it (n=2, plain).',
    );
    expect(plainOf(largerOf(draw, "ties")).draw(new Random(), { n: 2 }, {})).toEqual({ x: draw() });
  });
});

test("inputs that a kind of data omits are drawn as in `plain`", () => {
  const towering = multiHead.data.find(({ name }) => name === "towering")!;
  const inputs = towering.draw(new Random("towering"), { tokens: 50, model: 4, heads: 2 }, { causal: 0 });
  expect(Object.keys(inputs).sort()).toEqual(multiHead.spec.inputs.map(({ name }) => name).sort());
  expect(inputs.bq).toEqual(new Float32Array(4));
  expect(Math.max(...inputs.bo!)).not.toBe(0);
});

test("the example is computed where the statement is read, not when a plan's module loads", () => {
  const task = largerOf(
    () => Float32Array.of(1, 3),
    undefined,
    () => {
      throw new Error("the reference ran");
    },
  );
  expect(task.plain).toBeDefined();
  expect(() => task.spec.statement).toThrow("the reference ran");
});

test("the statement ends with a worked example", () => {
  expect(spec.statement).toMatch(
    /x = \[\[3, 4\], \[-2, 2\]\]\n {4}gamma = \[1, 2\]\n {4}→ y = \[\[0.8485, 2.263\], \[-1, 2\]\]$/,
  );
});

describe("packed inputs", () => {
  const shape = { m: 3, n: 5, k: 20, group: 10 };
  const [plainData] = int4.data;
  const inputs = plainData!.draw(new Random("packed"), shape, {});
  const problem = { shape, params: {}, inputs };

  test("have the range of their type", () => {
    const ranges = int4.spec.ranges.map(({ of, least, most }) => [of, least, most]);
    expect(ranges).toContainEqual(["`w`", 0, 15]);
    expect(nf4.spec.ranges.map(({ of, least, most }) => [of, least, most])).toContainEqual(["`absmax`", -128, 127]);
    const codes = int4.spec.ranges.find(({ of }) => of === "`w`")!.values(problem);
    expect(codes.length).toBe(5 * 20);
  });

  test("are cut, unpacked, into the parts of units of two axes", () => {
    const { out } = evaluate(int4.oracle, problem, { out: 15 });
    const { out: chosen } = evaluate(int4.oracle, problem, { out: 15 }, [11, 4]);
    expect([...chosen!.expected]).toEqual([out!.expected[11], out!.expected[4]]);
    const [row, column] = [2, 1];
    const nibbleOf = (words: Tensor, start: number, i: number) => (words[start + (i >> 3)]! >>> (4 * (i & 7))) & 15;
    const terms = Array.from({ length: 20 }, (_, i) => {
      const g = Math.floor(i / 10);
      const weight = nibbleOf(inputs.w!, column * 3, i) - nibbleOf(inputs.zeros!, column, g);
      return inputs.a![row * 20 + i]! * weight * inputs.scales![column * 2 + g]!;
    });
    expect(out!.expected[row * 5 + column]).toBeCloseTo(
      terms.reduce((sum, term) => sum + term, 0),
      10,
    );
  });
});

test("a task whose smallest problem is too large to print has no example", () => {
  expect(nf4.spec.statement).not.toContain("For example:");
  expect(int4.spec.statement).toContain("→ out = ");
});
