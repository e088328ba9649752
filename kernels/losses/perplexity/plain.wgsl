// One workgroup takes all tokens: each invocation every 64th of them. Then the first invocation adds all partial sums.

override TOKENS: u32;
override CLASSES: u32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> perplexity: array<f32>;

struct Partial {
  entropy: f32,
  count: u32,
}

var<workgroup> partials: array<Partial, 64>;

fn crossEntropy(token: u32) -> f32 {
  let start = token * CLASSES;
  var maximum = logits[start];
  for (var c = 1u; c < CLASSES; c++) {
    maximum = max(maximum, logits[start + c]);
  }
  var sum = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    sum += exp(logits[start + c] - maximum);
  }
  return maximum + log(sum) - logits[start + targets[token]];
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = Partial(0.0, 0u);
  for (var token = lane; token < TOKENS; token += 64) {
    if (mask[token] == 1) {
      own.entropy += crossEntropy(token);
      own.count += 1;
    }
  }
  partials[lane] = own;
  workgroupBarrier();

  if (lane == 0) {
    // not in the starter
    var entropy = 0.0;
    var count = 0u;
    for (var other = 0u; other < 64; other++) {
      entropy += partials[other].entropy;
      count += partials[other].count;
    }
    perplexity[0] = exp(entropy / f32(count));
    // instead: perplexity[0] = partials[0].entropy;
  }
}
