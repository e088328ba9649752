import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { acrossSubgroups } from "../combination.ts";

type CrossEntropy = PlanFunction<"rows" | "classes", "smoothing">;

const SUMS = `  var maximum = logits[start];
  for (var c = 1u; c < CLASSES; c++) {
    maximum = max(maximum, logits[start + c]);
  }

  var sum = 0.0;
  var total = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    sum += exp(logits[start + c] - maximum);
    total += logits[start + c];
  }
`;

const ONLINE = `  var maximum = logits[start];
  var sum = 0.0;
  var total = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    let z = logits[start + c];
    let larger = max(maximum, z);
    sum = fma(sum, exp(maximum - larger), exp(z - larger));
    maximum = larger;
    total += z;
  }
`;

const MEAN = "let mean = lse - total / f32(CLASSES);";
const LOSS = "loss[row] = (1.0 - SMOOTHING) * own + SMOOTHING * mean;";

/** The distances of the logits below the maximum, in blocks of 16. */
const BELOW_MAXIMUM = `
  var below = 0.0;
  for (var block = 0u; block < CLASSES; block += 16) {
    var part = 0.0;
    for (var c = block; c < min(block + 16, CLASSES); c++) { part += maximum - logits[start + c]; }
    below += part;
  }
  let mean = log(sum) + below / f32(CLASSES);`;

/** One sum of weighted terms, including the target's. */
const WEIGHTED_TERMS = `
  var weighted = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    let weight = select(0.0, 1 - SMOOTHING, c == targets[row]) + SMOOTHING / f32(CLASSES);
    weighted = fma(weight, lse - logits[start + c], weighted);
  }
  loss[row] = weighted;`;

const MEAN_OF_DIFFERENCES = `
  var mean = 0.0;
  for (var c = 0u; c < CLASSES; c++) { mean += (lse - logits[start + c]) / f32(CLASSES); }`;

/** Workgroups of 64 take rows in turn; their lanes combine results across subgroups. */
const subgroups: CrossEntropy = ({ shape: { rows, classes }, params: { smoothing } }) => {
  const code = `enable subgroups;
  override ROWS: u32;
  override CLASSES: u32;
  override SMOOTHING: f32;
  @group(0) @binding(0) var<storage, read> logits: array<f32>;
  @group(0) @binding(1) var<storage, read> targets: array<u32>;
  @group(0) @binding(2) var<storage, read_write> loss: array<f32>;
  ${acrossSubgroups(64)}
  @compute @workgroup_size(64)
  fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) lane: u32,
  ) {
    for (var row = group.x; row < ROWS; row += groups.x) {
      let start = row * CLASSES;
      var highest = logits[start];
      for (var c = lane; c < CLASSES; c += 64) { highest = max(highest, logits[start + c]); }
      let maximum = combine_max(highest, lane);
      var part = 0.0;
      var share = 0.0;
      for (var c = lane; c < CLASSES; c += 64) {
        part += exp(logits[start + c] - maximum);
        share += logits[start + c];
      }
      let lse = maximum + log(combine_sum(part, lane));
      let total = combine_sum(share, lane);
      if (lane == 0) {
        let own = logits[start + targets[row]];
        loss[row] = mix(lse - own, lse - total / f32(CLASSES), SMOOTHING);
      }
    }
  }`;
  const constants = { ROWS: rows, CLASSES: classes, SMOOTHING: smoothing };
  const passes = [{ code, constants, bindings: ["logits", "targets", "loss"], workgroups: [Math.min(rows, 4096)] }];
  return { passes, requires: ["subgroups"] };
};

export const variants: WrittenVariants<"rows" | "classes", "smoothing"> = {
  honest: [
    { name: "online", ownSkeleton: true, edits: [[SUMS, ONLINE]] },
    {
      name: "relative to the maximum",
      edits: [
        [MEAN, BELOW_MAXIMUM],
        [
          "let own = lse - logits[start + targets[row]];",
          "let own = log(sum) + (maximum - logits[start + targets[row]]);",
        ],
      ],
    },
    { name: "one sum of weighted terms", edits: [[LOSS, WEIGHTED_TERMS]] },
    { name: "mean of the differences", edits: [[MEAN, MEAN_OF_DIFFERENCES]] },
    {
      name: "in base 2",
      edits: [
        ["exp(logits[start + c] - maximum)", "exp2(logits[start + c] * 1.44269504 - maximum * 1.44269504)"],
        ["maximum + log(sum)", "(maximum * 1.44269504 + log2(sum)) * 0.693147181"],
      ],
    },
    { name: "subgroups", ownSkeleton: true, plan: subgroups },
  ],
};
