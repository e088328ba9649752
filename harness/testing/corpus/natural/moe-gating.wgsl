override TOKENS: u32;
override EXPERTS: u32;
override TOP_K: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> experts: array<u32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> maxima: array<f32>;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;

// A token for each invocation: the next expert is the largest after the one before, by logit, then by index.
@compute @workgroup_size(LANES)
fn route(@builtin(global_invocation_id) id: vec3u) {
  let token = id.x;
  if (token >= TOKENS) {
    return;
  }
  let first = token * EXPERTS;
  var chosen = 0u;
  var maximum = logits[first];
  var sum_of_chosen = 0.0;
  for (var rank = 0u; rank < TOP_K; rank++) {
    var next = EXPERTS;
    for (var e = 0u; e < EXPERTS; e++) {
      let value = logits[first + e];
      let before = logits[first + chosen];
      let is_left = rank == 0u || value < before || (value == before && e > chosen);
      if (is_left && (next == EXPERTS || value > logits[first + next])) {
        next = e;
      }
    }
    chosen = next;
    if (rank == 0u) {
      maximum = logits[first + chosen];
    }
    let weight = exp(logits[first + chosen] - maximum);
    experts[token * TOP_K + rank] = chosen;
    weights[token * TOP_K + rank] = weight;
    sum_of_chosen += weight;
  }
  for (var rank = 0u; rank < TOP_K; rank++) {
    weights[token * TOP_K + rank] /= sum_of_chosen;
  }
  var sum = 0.0;
  for (var e = 0u; e < EXPERTS; e++) {
    sum += exp(logits[first + e] - maximum);
  }
  maxima[token] = maximum;
  sums[token] = sum;
}

@group(0) @binding(1) var<storage, read> chosen_experts: array<u32>;
@group(0) @binding(2) var<storage, read> token_maxima: array<f32>;
@group(0) @binding(3) var<storage, read> token_sums: array<f32>;
@group(0) @binding(4) var<storage, read_write> load: array<u32>;
@group(0) @binding(5) var<storage, read_write> shares: array<f32>;

var<workgroup> counts: atomic<u32>;
var<workgroup> parts: array<f32, LANES>;

// An expert for each workgroup.
@compute @workgroup_size(LANES)
fn balance(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let expert = group.x;
  var probability = 0.0;
  for (var token = lane; token < TOKENS; token += LANES) {
    probability += exp(logits[token * EXPERTS + expert] - token_maxima[token]) / token_sums[token];
    for (var rank = 0u; rank < TOP_K; rank++) {
      if (chosen_experts[token * TOP_K + rank] == expert) {
        atomicAdd(&counts, 1u);
      }
    }
  }
  parts[lane] = probability;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      parts[lane] += parts[lane + width];
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    load[expert] = atomicLoad(&counts);
    shares[expert] = parts[0] / f32(TOKENS);
  }
}

@group(0) @binding(0) var<storage, read> loads: array<u32>;
@group(0) @binding(1) var<storage, read> mean_shares: array<f32>;
@group(0) @binding(2) var<storage, read_write> balance_loss: array<f32>;

@compute @workgroup_size(1)
fn finish() {
  var sum = 0.0;
  for (var e = 0u; e < EXPERTS; e++) {
    sum += f32(loads[e]) / f32(TOKENS * TOP_K) * mean_shares[e];
  }
  balance_loss[0] = f32(EXPERTS) * sum;
}
