import { plain } from "../../../kernels/attention/attention/plain.ts";
import { plain as flashPlain } from "../../../kernels/attention/flash-attention/plain.ts";
import { plain as decodePlain } from "../../../kernels/attention/gqa-decode/plain.ts";
import { plain as multiHeadPlain } from "../../../kernels/attention/multi-head-attention/plain.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import type { GqaDecodeShape } from "../../../reference/gqa-decode.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import type { PlanFunction } from "../../task/plan.ts";
import { type Specimen, withText, withWorkgroups } from "./specimen.ts";

export const attention: readonly Specimen<AttentionShape, "causal">[] = [
  {
    name: "scaled once more",
    cause: "1/√dim is applied to the output too",
    says: [/factor|times/i, /√\(?dim|sqrt\(dim/i],
    plan: withText(plain, "out[index] = sum;", "out[index] = sum * inverseSqrt(f32(DIM));"),
  },
  {
    name: "workgroups for one head",
    cause: "the last pass has workgroups for the queries of one head only",
    says: [/never written/i, /head/],
    plan: withWorkgroups(plain, ({ shape: { queries, dim } }, entryPoint) =>
      entryPoint === "weighted_values" ? [Math.min(65_535, Math.ceil((queries * dim) / 64))] : undefined,
    ),
  },
  {
    name: "score rows as long as there are queries",
    cause: "rows of the score matrix are taken to be QUERIES long instead of KEYS",
    says: [/queries/, /keys/, /only where|except where|differ|square|equal/i],
    plan: withText(plain, "p[row * KEYS + key]", "p[row * QUERIES + key]"),
  },
];

/** Keys in tiles of 32, staged by a workgroup of 32 queries; without the barrier that ends a tile. */
const unsafeTiles: PlanFunction<AttentionShape, "causal"> = ({ shape: { heads, queries, keys, dim }, params }) => {
  const code = `
override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;
@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
const TILE = 4u;
const LANES = 64u;
var<workgroup> tile: array<f32, 1024>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let head = group.y;
  let query = group.x * LANES + local.x;
  let start = (head * QUERIES + min(query, QUERIES - 1u)) * DIM;
  let visible = select(KEYS, min(query, QUERIES - 1u) + KEYS - QUERIES + 1u, CAUSAL);
  var maximum = -3.0e38;
  var sum = 0.0;
  var acc: array<f32, 256>;
  for (var first = 0u; first < KEYS; first += TILE) {
    for (var i = local.x; i < TILE * DIM; i += LANES) {
      tile[i] = k[min((head * KEYS + first) * DIM + i, HEADS * KEYS * DIM - 1u)];
    }
    for (var key = first; key < min(first + TILE, visible); key++) {
      var dot = 0.0;
      for (var d = 0u; d < DIM; d++) { dot += q[start + d] * tile[(key - first) * DIM + d]; }
      let own = dot * inverseSqrt(f32(DIM));
      let before = maximum;
      maximum = max(maximum, own);
      let rescale = exp(before - maximum);
      let weight = exp(own - maximum);
      sum = sum * rescale + weight;
      for (var d = 0u; d < DIM; d++) { acc[d] = acc[d] * rescale + weight * v[(head * KEYS + key) * DIM + d]; }
    }
  }
  if (query < QUERIES) {
    for (var d = 0u; d < DIM; d++) { out[start + d] = acc[d] / sum; }
  }
}`;
  return {
    passes: [
      {
        code,
        constants: { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal },
        bindings: ["q", "k", "v", "out"],
        workgroups: [Math.ceil(queries / 64), heads],
      },
    ],
  };
};

export const flashAttention: readonly Specimen<AttentionShape, "causal">[] = [
  {
    name: "room for 16 elements",
    cause: "only the first 16 elements of a value are summed and written",
    says: [/never written/i, /dim/, /\b16\b/],
    plan: withText(
      withText(
        flashPlain,
        "for (var d = 0u; d < DIM; d++) {\n    out[start + d]",
        "for (var d = 0u; d < min(DIM, 16u); d++) {\n    out[start + d]",
      ),
      "for (var d = 0u; d < DIM; d++) {\n      out[start + d]",
      "for (var d = 0u; d < min(DIM, 16u); d++) {\n      out[start + d]",
    ),
  },
  {
    name: "tiles without barriers",
    cause: "a tile of keys in workgroup memory is read without a barrier after it was loaded",
    says: [/barrier/i],
    plan: unsafeTiles,
  },
  {
    name: "heads inside queries",
    cause: "the output is written as [queries, heads, dim]",
    says: [/transposed|exchanged|\[queries, ?heads/i, /heads/, /queries/],
    plan: withText(
      withText(
        flashPlain,
        "  let start = row * DIM;",
        "  let start = row * DIM;\n  let place = ((row % QUERIES) * HEADS + row / QUERIES) * DIM;",
      ),
      "out[start + d]",
      "out[place + d]",
    ),
  },
];

export const gqaDecode: readonly Specimen<GqaDecodeShape, never>[] = [
  {
    name: "a length for each head",
    cause: "lengths is indexed by the query head's row instead of by the sequence",
    says: [/length/],
    plan: withText(decodePlain, "return lengths[row / Q_HEADS];", "return lengths[row];"),
  },
  {
    name: "workgroups rounded down",
    cause: "the last pass has Math.floor instead of Math.ceil: the last results get no workgroup",
    says: [/never written/i, /last/i],
    plan: withWorkgroups(decodePlain, ({ shape: { batch, q_heads, dim } }, entryPoint) =>
      entryPoint === "weighted_values" ? [Math.max(1, Math.floor((batch * q_heads * dim) / 64))] : undefined,
    ),
  },
  {
    name: "four at a time",
    cause: "the dot product takes whole groups of 4 elements and leaves the rest out",
    says: [/multiples? of 4\b|groups? of 4\b|tiles? of 4\b/i, /dim/],
    plan: withText(
      decodePlain,
      "for (var d = 0u; d < DIM; d++) {\n    dot +=",
      "for (var d = 0u; d < DIM / 4u * 4u; d++) {\n    dot +=",
    ),
  },
];

export const multiHeadAttention: readonly Specimen<MultiHeadShape, "causal">[] = [
  {
    name: "queries without bias",
    cause: "the bias of the query projection is left out",
    says: [/bias|\bbq\b/],
    plan: (context) => {
      const made = multiHeadPlain(context);
      const [first, ...rest] = made.passes;
      const code = first!.code.replace("var sum = bias[o];", "var sum = 0.0 * bias[o];");
      return { ...made, passes: [{ ...first!, code }, ...rest] };
    },
  },
  {
    name: "values from the keys' weights",
    cause: "the value projection binds wk instead of wv",
    says: [/\bwv\b|values/],
    plan: (context) => {
      const made = multiHeadPlain(context);
      const passes = made.passes.map((pass) => ({
        ...pass,
        bindings: pass.bindings.map((name) => (name === "wv" ? "wk" : name)),
      }));
      return { ...made, passes };
    },
  },
  {
    name: "output the wrong way round",
    cause: "the output projection writes [model, tokens]",
    says: [/transposed|exchanged|\[model, ?tokens/i],
    plan: (context) => {
      const made = multiHeadPlain(context);
      const last = made.passes.at(-1)!;
      const code = last.code.replace("y[index] = sum;", "y[o * TOKENS + token] = sum;");
      return { ...made, passes: [...made.passes.slice(0, -1), { ...last, code }] };
    },
  },
];
