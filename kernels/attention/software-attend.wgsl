// Attention of four queries with an online softmax, on a CPU. Scores of a block of 16 keys stay in registers: workgroup
// memory and barriers would cost more than they save. One rescaling a block: an `exp` costs as much as 30 multiply-adds. In
// a matrix of scores a column has a key, and its components are the queries. The sums of the weighted values are in `out`
// itself. The module with this one declares
//
// - `four_keys(own, key, step)` and `four_values(own, key, step)` (`shared-rows.ts`);
// - `begin(head)`, and `with_bias(scores, key, ends)`, the scores of a key for four queries, which see the keys before `ends`;
// - DIVIDES, whether the sums are divided by the sum of the weights.

override DIM: u32;
// Indices from one key or value of a head to the next.
override ROW: u32;
override STEPS: u32 = (DIM + 3u) / 4u;

const LANES = 8u;
const BLOCK = 16u;

// Below every score, yet finite.
const LOWEST = vec4f(-1e38);

@group(0) @binding(0) var<storage, read> q: array<Element>;
@group(0) @binding(1) var<storage, read> k: array<Element>;
@group(0) @binding(2) var<storage, read> v: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

// Where the keys begin, and their number.
var<private> key_start: u32;
var<private> key_count: u32;

fn keys(key: u32, step: u32) -> vec4f {
  return k_vector(key_start + min(key, key_count - 1u) * ROW, step);
}

fn values(key: u32, step: u32) -> vec4f {
  return v_vector(key_start + min(key, key_count - 1u) * ROW, step);
}

// Of each query.
struct Softmax {
  maximum: vec4f,
  sum: vec4f,
}

// Queries begin in `q` at `at`, and those that are present in `out` at `to`. The others repeat one. No query sees more than
// `seen` keys.
fn attend(own: Invocation, at: vec4u, to: vec4u, present: vec4<bool>, ends: vec4u, seen: u32) -> Softmax {
  var maximum = LOWEST;
  var sum: vec4f;
  for (var block = 0u; block < seen; block += BLOCK) {
    var s0: mat4x4f;
    var s1: mat4x4f;
    var s2: mat4x4f;
    var s3: mat4x4f;
    for (var step = 0u; step < STEPS; step++) {
      let x = transpose(mat4x4f(q_vector(at.x, step), q_vector(at.y, step), q_vector(at.z, step), q_vector(at.w, step)));
      s0 += x * four_keys(own, block, step);
      s1 += x * four_keys(own, block + 4u, step);
      s2 += x * four_keys(own, block + 8u, step);
      s3 += x * four_keys(own, block + 12u, step);
    }
    s0 = seen_scores(s0, block, ends);
    s1 = seen_scores(s1, block + 4u, ends);
    s2 = seen_scores(s2, block + 8u, ends);
    s3 = seen_scores(s3, block + 12u, ends);

    let before = maximum;
    maximum = max(max(before, max(highest(s0), highest(s1))), max(highest(s2), highest(s3)));
    let w0 = weights(s0, maximum);
    let w1 = weights(s1, maximum);
    let w2 = weights(s2, maximum);
    let w3 = weights(s3, maximum);
    let rescale = exp(before - maximum);
    sum = sum * rescale + ((total(w0) + total(w1)) + (total(w2) + total(w3)));

    // After the last block, the values are divided by the sum.
    let share = select(vec4f(1), 1 / sum, DIVIDES && block + BLOCK >= seen);
    let p0 = transpose(w0);
    let p1 = transpose(w1);
    let p2 = transpose(w2);
    let p3 = transpose(w3);
    for (var step = 0u; step < STEPS; step++) {
      var sums = four_values(own, block, step) * p0;
      sums += four_values(own, block + 4u, step) * p1;
      sums += four_values(own, block + 8u, step) * p2;
      sums += four_values(own, block + 12u, step) * p3;
      put(present.x, to.x, step, sums[0], block, rescale.x, share.x);
      put(present.y, to.y, step, sums[1], block, rescale.y, share.y);
      put(present.z, to.z, step, sums[2], block, rescale.z, share.z);
      put(present.w, to.w, step, sums[3], block, rescale.w, share.w);
    }
  }
  return Softmax(maximum, sum);
}

// A block's scores, scaled; those of keys that a query does not see are lowest.
fn seen_scores(scores: mat4x4f, key: u32, ends: vec4u) -> mat4x4f {
  let scale = inverseSqrt(f32(DIM));
  return mat4x4f(
    select(LOWEST, with_bias(scores[0] * scale, key, ends), vec4u(key) < ends),
    select(LOWEST, with_bias(scores[1] * scale, key + 1u, ends), vec4u(key + 1u) < ends),
    select(LOWEST, with_bias(scores[2] * scale, key + 2u, ends), vec4u(key + 2u) < ends),
    select(LOWEST, with_bias(scores[3] * scale, key + 3u, ends), vec4u(key + 3u) < ends),
  );
}

fn highest(scores: mat4x4f) -> vec4f {
  return max(max(scores[0], scores[1]), max(scores[2], scores[3]));
}

fn weights(scores: mat4x4f, maximum: vec4f) -> mat4x4f {
  return mat4x4f(
    exp(scores[0] - maximum),
    exp(scores[1] - maximum),
    exp(scores[2] - maximum),
    exp(scores[3] - maximum),
  );
}

fn total(weights: mat4x4f) -> vec4f {
  return (weights[0] + weights[1]) + (weights[2] + weights[3]);
}

fn put(is_present: bool, start: u32, step: u32, sums: vec4f, block: u32, rescale: f32, share: f32) {
  if (!is_present) {
    return;
  }
  var all = sums;
  if (block > 0u) {
    all += out_vector(start, step) * rescale;
  }
  set_out_vector(start, step, all * share);
}
