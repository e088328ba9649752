// Three passes. In the first, LANES_PER_TOKEN invocations share a token: each round finds the best expert after the
// previous one as a tree, and counts it. In the second, each invocation takes one expert and a part of the tokens, so that
// neighbours read neighbouring logits; in the third, one workgroup adds up all parts.

override TOKENS: u32;
override EXPERTS: u32;
override TOP_K: u32;
override PARTS: u32;
// A power of two, at most LANES.
override LANES_PER_TOKEN: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> experts: array<u32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
// The largest logit of each token, and the reciprocal of the sum of all exponentials.
@group(0) @binding(3) var<storage, read_write> sums: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> counts: array<atomic<u32>>;

@group(0) @binding(1) var<storage, read> known_sums: array<vec2f>;
// [PARTS, EXPERTS]: sums of probabilities.
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

@group(0) @binding(0) var<storage, read> known_parts: array<f32>;
@group(0) @binding(1) var<storage, read> known_counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> load: array<u32>;
@group(0) @binding(3) var<storage, read_write> balance_loss: array<f32>;

struct Candidate {
  logit: f32,
  expert: u32,
}

// Before and after every expert.
const FIRST = Candidate(3.4e38, 0);
const LAST = Candidate(-3.4e38, 0);

fn isBetter(a: Candidate, b: Candidate) -> bool {
  return a.logit > b.logit || (a.logit == b.logit && a.expert < b.expert);
}

var<workgroup> candidates: array<Candidate, LANES>;
var<workgroup> partials: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn route(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) index: u32) {
  // Workgroups may be spread over y. Lanes past the last token take part in the barriers, but neither read nor write.
  let token = (group.x + group.y * groups.x) * (LANES / LANES_PER_TOKEN) + index / LANES_PER_TOKEN;
  let lane = index % LANES_PER_TOKEN;
  let end = select(0, EXPERTS, token < TOKENS);
  let start = token * EXPERTS;
  let first = token * TOP_K;

  var previous = FIRST;
  var maximum = 0.0;
  var chosen_sum = 0.0;
  for (var rank = 0u; rank < TOP_K; rank++) {
    var best = LAST;
    for (var e = lane; e < end; e += LANES_PER_TOKEN) {
      let candidate = Candidate(logits[start + e], e);
      if (isBetter(previous, candidate) && isBetter(candidate, best)) {
        best = candidate;
      }
    }
    candidates[index] = best;
    workgroupBarrier();
    for (var width = LANES_PER_TOKEN / 2; width > 0; width /= 2) {
      if (lane < width && isBetter(candidates[index + width], candidates[index])) {
        candidates[index] = candidates[index + width];
      }
      workgroupBarrier();
    }
    previous = candidates[index - lane];
    workgroupBarrier();
    if (rank == 0) {
      maximum = previous.logit;
    }
    let weight = exp(previous.logit - maximum);
    chosen_sum += weight;
    if (lane == 0 && token < TOKENS) {
      experts[first + rank] = previous.expert;
      weights[first + rank] = weight;
      atomicAdd(&counts[previous.expert], 1);
    }
  }
  if (lane == 0 && token < TOKENS) {
    for (var rank = 0u; rank < TOP_K; rank++) {
      weights[first + rank] /= chosen_sum;
    }
  }

  var sum = 0.0;
  for (var e = lane; e < end; e += LANES_PER_TOKEN) {
    sum += exp(logits[start + e] - maximum);
  }
  partials[index] = sum;
  workgroupBarrier();
  for (var width = LANES_PER_TOKEN / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[index] += partials[index + width];
    }
    workgroupBarrier();
  }
  if (lane == 0 && token < TOKENS) {
    sums[token] = vec2f(maximum, 1.0 / partials[index]);
  }
}

@compute @workgroup_size(LANES)
fn addProbabilities(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let expert = group.x * LANES + lane;
  let part = group.y;
  if (expert >= EXPERTS) {
    return;
  }
  var sum = 0.0;
  for (var token = part; token < TOKENS; token += PARTS) {
    let own = known_sums[token];
    sum += exp(logits[token * EXPERTS + expert] - own.x) * own.y;
  }
  parts[part * EXPERTS + expert] = sum;
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  var loss = 0.0;
  for (var e = lane; e < EXPERTS; e += LANES) {
    var probability = 0.0;
    for (var part = 0u; part < PARTS; part++) {
      probability += known_parts[part * EXPERTS + e];
    }
    load[e] = known_counts[e];
    loss += f32(known_counts[e]) / f32(TOP_K) * probability;
  }
  partials[lane] = loss;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    balance_loss[0] = f32(EXPERTS) * partials[0] / f32(TOKENS) / f32(TOKENS);
  }
}
