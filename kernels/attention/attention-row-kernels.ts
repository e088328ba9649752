import {
  type AttentionPlanner,
  type AttentionSteps,
  functionsOf,
  MAIN_PARAMETERS,
  OVERRIDES,
  onePass,
  storage,
} from "./attention-wgsl.ts";

/** The steps of a kernel with one invocation per query, which sums weighted values in the output itself. */
export interface RowSteps extends AttentionSteps {
  readonly size?: number;
  /** Elements of `q`, `k` and `v` read at once: 4 requires a `dot`. */
  readonly element?: "f32" | "vec4f";
  /** Declares `maximum`. */
  readonly maximum?: string;
  /** Declares `sum`, and adds up the weighted values, from 0 in `out[at + d]`. */
  readonly sums?: string;
  /** The new weighted sum, from `total`, `weight` and `value`. */
  readonly add?: string;
  /** The key of each step. */
  readonly order?: string;
  /** The output, from the weighted sum `total`. */
  readonly result?: string;
  readonly bindings?: string[];
}

const MAXIMUM = `
  var maximum = score_of(row, 0);
  for (var key = 1u; key < count; key++) { maximum = max(maximum, score_of(row, key)); }`;

/** The maximum and both sums in one loop: every key rescales the sums so far by `rescale`. */
export function online(rescaleValues = "total * rescale"): Pick<RowSteps, "maximum" | "sums"> {
  return {
    maximum: "",
    sums: `
  var maximum = -1e30;
  var sum = 0.0;
  for (var key = 0u; key < count; key++) {
    let score = score_of(row, key);
    let larger = max(maximum, score);
    let rescale = exp(maximum - larger);
    let weight = exp(score - larger);
    sum = fma(sum, rescale, weight);
    for (var d = 0u; d < DIM; d++) {
      let total = out[at + d];
      out[at + d] = fma(weight, v[value_at(head, key, d)], ${rescaleValues});
    }
    maximum = larger;
  }`,
  };
}

export function invocationPerRow(steps: RowSteps): AttentionPlanner {
  const { size = 64, element = "f32", maximum = MAXIMUM, count = "visible(query)", order = "step" } = steps;
  const { add = "total + weight * value", result = "total / sum", bindings = ["q", "k", "v", "out"] } = steps;
  const sums =
    steps.sums ??
    `var sum = 0.0;
    for (var step = 0u; step < count; step++) {
      let key = ${order};
      let weight = weight_of(score_of(row, key), maximum);
      sum += weight;
      for (var d = 0u; d < DIM; d++) {
        let total = out[at + d];
        let value = v[value_at(head, key, d)]${element === "vec4f" ? "[d % 4]" : ""};
        out[at + d] = ${add};
      }
    }`;
  const code = `${OVERRIDES} ${storage(["q", "k", "v", "out"], element)} ${functionsOf(steps)}
  @compute @workgroup_size(${size})
  fn main(${MAIN_PARAMETERS}) {
    let row = (group.x + group.y * groups.x) * ${size} + lane;
    if (row >= HEADS * QUERIES) { return; }
    let head = row / QUERIES;
    let query = row % QUERIES;
    let at = row * DIM;
    let count = ${count};
    for (var d = 0u; d < DIM; d++) { out[at + d] = 0.0; }
    ${maximum}
    ${sums}
    for (var d = 0u; d < DIM; d++) { let total = out[at + d]; out[at + d] = ${result}; }
  }`;
  return (context) => onePass(code, Math.ceil((context.shape.heads * context.shape.queries) / size), context, bindings);
}
