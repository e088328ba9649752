// Three passes. In the first, an invocation routes each token: every round takes the best expert after the previous one.
// In the second, a workgroup takes each expert, and goes through all tokens; in the third, one adds up the experts.

override TOKENS: u32;
override EXPERTS: u32;
override TOP_K: u32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> experts: array<u32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
// The largest logit of each token, and the sum of all exponentials.
@group(0) @binding(3) var<storage, read_write> sums: array<vec2f>;

@group(0) @binding(1) var<storage, read> chosen: array<u32>;
@group(0) @binding(2) var<storage, read> known_sums: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> load: array<u32>;
// Each expert's part of the loss.
@group(0) @binding(4) var<storage, read_write> parts: array<f32>;

@group(0) @binding(0) var<storage, read> known_parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> balance_loss: array<f32>;

var<workgroup> counts: array<u32, 64>;
var<workgroup> partials: array<f32, 64>;

@compute @workgroup_size(64)
fn route(@builtin(global_invocation_id) id: vec3u) {
  let token = id.x;
  if (token >= TOKENS) {
    return;
  }
  let start = token * EXPERTS;
  let first = token * TOP_K;

  var last = 0.0;
  var last_expert = 0u;
  var maximum = 0.0;
  var chosen_sum = 0.0;
  for (var rank = 0u; rank < TOP_K; rank++) {
    var best = 0.0;
    var best_expert = EXPERTS;
    for (var e = 0u; e < EXPERTS; e++) {
      let logit = logits[start + e];
      // Of equal logits, the lower index goes first.
      let is_left = rank == 0 || logit < last || (logit == last && e > last_expert);
      if (is_left && (best_expert == EXPERTS || logit > best)) {
        best = logit;
        best_expert = e;
      }
    }
    if (rank == 0) {
      maximum = best;
    }
    experts[first + rank] = best_expert;
    weights[first + rank] = exp(best - maximum);
    chosen_sum += exp(best - maximum);
    last = best;
    last_expert = best_expert;
  }
  for (var rank = 0u; rank < TOP_K; rank++) {
    weights[first + rank] /= chosen_sum;
  }

  var sum = 0.0;
  for (var e = 0u; e < EXPERTS; e++) {
    sum += exp(logits[start + e] - maximum);
  }
  sums[token] = vec2f(maximum, sum);
}

@compute @workgroup_size(64)
fn balance(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let expert = group.x;
  var count = 0u;
  var probability = 0.0;
  for (var token = lane; token < TOKENS; token += 64) {
    for (var rank = 0u; rank < TOP_K; rank++) {
      count += select(0u, 1u, chosen[token * TOP_K + rank] == expert);
    }
    let sum = known_sums[token];
    probability += exp(logits[token * EXPERTS + expert] - sum.x) / sum.y;
  }
  counts[lane] = count;
  partials[lane] = probability;
  workgroupBarrier();

  if (lane == 0) {
    var all = 0u;
    var all_probability = 0.0;
    for (var other = 0u; other < 64; other++) {
      all += counts[other];
      all_probability += partials[other];
    }
    load[expert] = all;
    let share = f32(all) / f32(TOKENS * TOP_K);
    parts[expert] = share * (all_probability / f32(TOKENS));
  }
}

@compute @workgroup_size(64)
fn finish(@builtin(local_invocation_index) lane: u32) {
  if (lane == 0) {
    var sum = 0.0;
    for (var e = 0u; e < EXPERTS; e++) {
      sum += known_parts[e];
    }
    balance_loss[0] = f32(EXPERTS) * sum;
  }
}
