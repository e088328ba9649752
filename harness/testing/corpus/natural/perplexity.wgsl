override TOKENS: u32;
override CLASSES: u32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;

const LANES = 64u;

// A maximum, and the sum of exp(logit - maximum): both grow in one reading of the row.
var<workgroup> states: array<vec2f, LANES>;

fn join(p: vec2f, q: vec2f) -> vec2f {
  let high = max(p.x, q.x);
  return vec2f(high, p.y * exp(p.x - high) + q.y * exp(q.x - high));
}

@compute @workgroup_size(LANES)
fn each_token(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let token = group.y * groups.x + group.x;
  if (token >= TOKENS || mask[token] == 0) {
    return;
  }
  let row = token * CLASSES;

  // The lowest logit: 0 times exp of the difference is 0.
  var state = vec2f(-10000, 0);
  for (var c = lane; c < CLASSES; c += LANES) {
    state = join(state, vec2f(logits[row + c], 1));
  }
  states[lane] = state;
  workgroupBarrier();
  for (var half = LANES / 2; half > 0; half >>= 1) {
    if (lane < half) {
      states[lane] = join(states[lane], states[lane + half]);
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    losses[token] = log(states[0].y) + (states[0].x - logits[row + targets[token]]);
  }
}

@group(0) @binding(0) var<storage, read_write> perplexity: array<f32>;
@group(0) @binding(1) var<storage, read> known: array<f32>;
@group(0) @binding(2) var<storage, read> counted: array<u32>;

const MANY = 256u;
var<workgroup> sums: array<f32, MANY>;
var<workgroup> counts: array<u32, MANY>;

@compute @workgroup_size(MANY)
fn all_tokens(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  var count = 0u;
  for (var i = lane; i < TOKENS; i += MANY) {
    if (counted[i] == 1) {
      sum += known[i];
      count += 1;
    }
  }
  sums[lane] = sum;
  counts[lane] = count;
  workgroupBarrier();
  for (var half = MANY / 2; half > 0; half >>= 1) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
      counts[lane] += counts[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    perplexity[0] = exp(sums[0] / f32(counts[0]));
  }
}
