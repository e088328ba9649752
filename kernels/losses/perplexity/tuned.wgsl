// The tokens' losses, of which tuned-mean.wgsl takes the mean. LANES_PER_TOKEN lanes of a workgroup of 64 take one token:
// they stride through its logits just once, each with a running maximum and a sum that is rescaled when the maximum grows
// (online softmax, Milakov and Gimelshein 2018), and combine them as a tree.

override TOKENS: u32;
override CLASSES: u32;
// A power of two, at most LANES.
override LANES_PER_TOKEN: u32;

const LANES = 64u;

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -3.4e38;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;

struct Partial {
  maximum: f32,
  sum: f32,
}

var<workgroup> partials: array<Partial, LANES>;

fn combine(a: Partial, b: Partial) -> Partial {
  let maximum = max(a.maximum, b.maximum);
  return Partial(maximum, a.sum * exp(a.maximum - maximum) + b.sum * exp(b.maximum - maximum));
}

@compute @workgroup_size(LANES)
fn crossEntropies(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  // Workgroups may be spread over y. Lanes past the last token, or at one that does not count, take part in the barriers.
  let token = (group.x + group.y * groups.x) * (LANES / LANES_PER_TOKEN) + index / LANES_PER_TOKEN;
  let lane = index % LANES_PER_TOKEN;
  let start = token * CLASSES;
  var counts = false;
  if (token < TOKENS) {
    counts = mask[token] == 1;
  }

  // A lane's initial value has no weight, and vanishes when it is combined with a logit.
  var own = Partial(LOWEST, 0.0);
  for (var c = lane; c < select(0, CLASSES, counts); c += LANES_PER_TOKEN) {
    let logit = logits[start + c];
    if (logit > own.maximum) {
      own = Partial(logit, own.sum * exp(own.maximum - logit) + 1.0);
    } else {
      own.sum += exp(logit - own.maximum);
    }
  }
  partials[index] = own;
  workgroupBarrier();
  for (var width = LANES_PER_TOKEN / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[index] = combine(partials[index], partials[index + width]);
    }
    workgroupBarrier();
  }

  if (lane == 0 && token < TOKENS) {
    var loss = 0.0;
    if (counts) {
      loss = partials[index].maximum + log(partials[index].sum) - logits[start + targets[token]];
    }
    losses[token] = loss;
  }
}
