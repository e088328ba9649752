import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { Variants } from "../../../harness/task/variant.ts";
import { NF4 } from "../../../reference/quantized-matmul.ts";
import {
  type DotProduct,
  type Order,
  oneInvocation,
  oneWorkgroup,
  shapeConstants,
  workgroupsFor,
  writingTransposed,
} from "../dot-kernel.ts";

type Names = "m" | "n" | "k";

/** WGSL expressions, correct by default; a wrong kernel replaces some. */
interface Expressions {
  /** Index, in nibbles, of code `i` of row `column`. */
  readonly place?: string;
  /** An expression in the u32 `code`. */
  readonly value?: string;
  /** Index, in bytes, of the absmax of block `b`, which is block `own` of row `column`. */
  readonly byteIndex?: string;
  /** Index of the same block's entry of `absmax_scale`. */
  readonly scaleIndex?: string;
  /** An expression in the i32 `byte` and the f32 `scale`. */
  readonly absmax?: string;
  /** An expression in `value_at(column, i)` and `absmax_of(column, i / 64u)`. */
  readonly weight?: string;
  readonly activation?: string;
}

const BINDINGS = ["a", "w", "absmax", "absmax_scale", "absmax_offset", "out"];

const OVERRIDES = `
override M: u32;
override N: u32;
override K: u32;
override BLOCKS = K / 64u;`;

function absmaxOf({ byteIndex = "b", scaleIndex = "b / 256u", absmax }: Expressions): string {
  return `
fn byte_of(column: u32, own: u32) -> i32 {
  let b = column * BLOCKS + own;
  let at = ${byteIndex};
  return extractBits(i32(absmax[at / 4u]), 8u * (at % 4u), 8u);
}
fn scale_of(column: u32, own: u32) -> f32 {
  let b = column * BLOCKS + own;
  return absmax_scale[${scaleIndex}];
}
fn absmax_of(column: u32, own: u32) -> f32 {
  let byte = byte_of(column, own);
  let scale = scale_of(column, own);
  return ${absmax ?? "absmax_offset[0] + f32(byte) * scale"};
}`;
}

function nf4(expressions: Expressions = {}): DotProduct {
  const {
    place = "column * K + i",
    value = "VALUES[code]",
    weight = "value_at(column, i) * absmax_of(column, i / 64u)",
    activation = "a[row * K + i]",
  } = expressions;
  const declarations = `${OVERRIDES}
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> absmax: array<u32>;
@group(0) @binding(3) var<storage, read> absmax_scale: array<f32>;
@group(0) @binding(4) var<storage, read> absmax_offset: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;
const VALUES = array<f32, 16>(${NF4.join(", ")});
${absmaxOf(expressions)}
fn value_at(column: u32, i: u32) -> f32 {
  let place = ${place};
  let code = extractBits(w[place / 8u], 4u * (place % 8u), 4u);
  return ${value};
}
fn left(row: u32, i: u32) -> f32 { return ${activation}; }
fn right(column: u32, i: u32) -> f32 { return ${weight}; }
fn finish(sum: f32, row: u32, column: u32) -> f32 { return sum; }
`;
  return { declarations, type: "f32", bindings: BINDINGS };
}

/** Statements that loop over the blocks of a row; `body` finds a block's sum of a·NF4 in `dots`. */
const blockwise = (body: string, term = "dots += left(row, i) * value_at(column, i);"): Order => ({
  statements: `
    for (var own = 0u; own < BLOCKS; own++) {
      var dots = 0.0;
      for (var i = 64u * own; i < 64u * (own + 1u); i++) { ${term} }
      ${body}
    }`,
});

const absmaxOutOfTheSum = blockwise("sum += dots * absmax_of(column, own);");

const fusedBlocks = blockwise(
  "sum = fma(dots, absmax_of(column, own), sum);",
  "dots = fma(left(row, i), value_at(column, i), dots);",
);

/** `absmax_offset` is common to all blocks, and can be factored out of their sum. */
const offsetOutOfTheSum: Order = {
  statements: `
    var all = 0.0;
    var scaled = 0.0;
    for (var own = 0u; own < BLOCKS; own++) {
      var dots = 0.0;
      for (var i = 64u * own; i < 64u * (own + 1u); i++) { dots += left(row, i) * value_at(column, i); }
      all += dots;
      scaled += dots * f32(byte_of(column, own)) * scale_of(column, own);
    }
    sum = absmax_offset[0] * all + scaled;`,
};

const wordsOfEight = blockwise(
  "sum += dots * absmax_of(column, own);",
  `
    if (i % 8u == 0u) {
      let word = w[(column * K + i) / 8u];
      let low = (vec4u(word) >> vec4u(0, 4, 8, 12)) & vec4u(15);
      let high = (vec4u(word) >> vec4u(16, 20, 24, 28)) & vec4u(15);
      let x = row * K + i;
      dots += dot(vec4f(a[x], a[x + 1u], a[x + 2u], a[x + 3u]), vec4f(VALUES[low.x], VALUES[low.y], VALUES[low.z], VALUES[low.w]));
      dots += dot(vec4f(a[x + 4u], a[x + 5u], a[x + 6u], a[x + 7u]), vec4f(VALUES[high.x], VALUES[high.y], VALUES[high.z], VALUES[high.w]));
    }`,
);

/** A first pass computes every block's absmax; the second reads them. */
const absmaxFirst: PlanFunction<Names, never> = ({ shape }) => {
  const { m, n, k } = shape;
  const blocks = (n * k) / 64;
  const first = `${OVERRIDES}
@group(0) @binding(0) var<storage, read> absmax: array<u32>;
@group(0) @binding(1) var<storage, read> absmax_scale: array<f32>;
@group(0) @binding(2) var<storage, read> absmax_offset: array<f32>;
@group(0) @binding(3) var<storage, read_write> scales: array<f32>;
${absmaxOf({ absmax: "fma(f32(byte), scale, absmax_offset[0])" })}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let b = id.x + id.y * groups.x * 64u;
  if (b < N * BLOCKS) { scales[b] = absmax_of(0u, b); }
}`;
  const second = `${OVERRIDES}
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
const VALUES = array<f32, 16>(${NF4.join(", ")});
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) { return; }
  let row = id.x / N;
  let column = id.x % N;
  var sum = 0.0;
  for (var i = 0u; i < K; i++) {
    let code = extractBits(w[(column * K + i) / 8u], 4u * (i % 8u), 4u);
    sum += VALUES[code] * scales[(column * K + i) / 64u] * a[row * K + i];
  }
  out[id.x] = sum;
}`;
  const constants = shapeConstants(shape);
  return {
    scratch: { scales: 4 * blocks },
    passes: [
      {
        code: first,
        constants,
        bindings: ["absmax", "absmax_scale", "absmax_offset", "scales"],
        workgroups: workgroupsFor(blocks, 64),
      },
      { code: second, constants, bindings: ["a", "w", "scales", "out"], workgroups: workgroupsFor(m * n, 64) },
    ],
  };
};

const imprecise = (name: string, expressions: Expressions) => ({
  name,
  plan: oneInvocation<Names>(nf4(expressions), "sequential"),
});

const wrong = (mistake: string, expressions: Expressions) => ({
  mistake,
  ...imprecise(mistake, expressions),
});

export const variants: Variants<Names, never> = {
  honest: [
    { name: "reversed, workgroups of 256", ownSkeleton: true, plan: oneInvocation(nf4(), "reversed", 256) },
    { name: "four sums, workgroups of 1", plan: oneInvocation(nf4(), "strided", 1) },
    { name: "blocks of 32", plan: oneInvocation(nf4(), "blocked") },
    { name: "tree of 64 lanes", plan: oneWorkgroup(nf4(), "tree", 64) },
    { name: "subgroups", plan: oneWorkgroup(nf4(), "subgroups", 64) },
    { name: "absmax out of the sum", plan: oneInvocation(nf4(), absmaxOutOfTheSum) },
    { name: "absmax out of the sum, fused", plan: oneInvocation(nf4(), fusedBlocks) },
    { name: "absmax_offset out of the sum", plan: oneInvocation(nf4(), offsetOutOfTheSum) },
    { name: "words of eight weights as vectors", plan: oneInvocation(nf4(), wordsOfEight) },
    { name: "absmax in a separate pass", ownSkeleton: true, plan: absmaxFirst },
  ],
  imprecise: [
    imprecise("activations rounded to f16", { activation: "quantizeToF16(a[row * K + i])" }),
    imprecise("code book rounded to f16", { value: "quantizeToF16(VALUES[code])" }),
    imprecise("absmax rounded to f16", { absmax: "quantizeToF16(absmax_offset[0] + f32(byte) * scale)" }),
    imprecise("weights rounded to f16", {
      weight: "quantizeToF16(value_at(column, i) * absmax_of(column, i / 64u))",
    }),
    {
      name: "running sum rounded to f16",
      plan: oneInvocation(nf4(), {
        statements: "for (var i = 0u; i < K; i++) { sum = quantizeToF16(sum + left(row, i) * right(column, i)); }",
      }),
    },
  ],
  wrong: [
    wrong("high-nibble-first", { place: "column * K + (i ^ 1u)" }),
    wrong("highest-nibble-first", { place: "column * K + (i ^ 7u)" }),
    wrong("interleaved-nibbles", { place: "column * K + (i & ~7u) + ((i & 1u) << 2u) + ((i & 7u) >> 1u)" }),
    wrong("linear-code-book", { value: "f32(code) / 7.5 - 1.0" }),
    wrong("signed-codes", { value: "VALUES[(code + 8u) % 16u]" }),
    wrong("mirrored-code-book", { value: "select(VALUES[code], -VALUES[15u - code], code >= 8u)" }),
    wrong("absmax-unsigned", { absmax: "absmax_offset[0] + f32(byte & 255) * scale" }),
    wrong("no-absmax-offset", { absmax: "f32(byte) * scale" }),
    wrong("no-absmax-scale", { absmax: "absmax_offset[0] + f32(byte)" }),
    wrong("offset-scaled", { absmax: "(absmax_offset[0] + f32(byte)) * scale" }),
    wrong("absmax-over-127", { absmax: "absmax_offset[0] + f32(byte) / 127.0 * scale" }),
    wrong("absmax-of-first-row", { byteIndex: "own", scaleIndex: "own / 256u" }),
    wrong("absmax-bytes-reversed", { byteIndex: "b ^ 3u" }),
    wrong("absmax-scale-counted-in-rows", { scaleIndex: "0u" }),
    wrong("w-transposed", { place: "i * N + column" }),
    wrong("last-term-left-out", { activation: "select(a[row * K + i], 0.0, i == K - 1u)" }),
    wrong("ragged-tile-left-out-256", { activation: "select(a[row * K + i], 0.0, i >= K / 256u * 256u)" }),
    {
      name: "out-transposed",
      mistake: "out-transposed",
      plan: writingTransposed(oneInvocation(nf4(), "sequential")),
    },
  ],
};
