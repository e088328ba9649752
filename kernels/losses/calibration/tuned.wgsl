// Two passes. In the first, each invocation takes rows a stride apart, each in one loop with a running maximum and a
// rescaled sum (online softmax); its workgroup adds up losses and gaps in workgroup memory. In the second, one workgroup
// adds the parts: the lane of each bin, and one for the losses.

override N: u32;
override CLASSES: u32;
override SCALE: f32;
override BINS: u32;
override PARTS: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
// [PARTS, BINS + 1]: the gaps of each bin, then the losses.
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

@group(0) @binding(0) var<storage, read> known_parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> nll: array<f32>;
@group(0) @binding(2) var<storage, read_write> ece: array<f32>;

// The bits of each sum: WGSL has no atomics of floats.
var<workgroup> sums: array<atomic<u32>, 65>;

fn addTo(place: u32, value: f32) {
  var old = atomicLoad(&sums[place]);
  loop {
    let exchange = atomicCompareExchangeWeak(&sums[place], old, bitcast<u32>(bitcast<f32>(old) + value));
    if (exchange.exchanged) {
      break;
    }
    old = exchange.old_value;
  }
}

@compute @workgroup_size(LANES)
fn addParts(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  var loss = 0.0;
  for (var i = group.x * LANES + lane; i < N; i += groups.x * LANES) {
    let start = i * CLASSES;
    var prediction = 0u;
    var maximum = logits[start];
    var sum = 1.0;
    for (var c = 1u; c < CLASSES; c++) {
      let logit = logits[start + c];
      if (logit > maximum) {
        sum = sum * exp((maximum - logit) * SCALE) + 1.0;
        maximum = logit;
        prediction = c;
      } else {
        sum += exp((logit - maximum) * SCALE);
      }
    }
    let confidence = 1.0 / sum;
    let gap = select(0.0, 1.0, prediction == targets[i]) - confidence;
    addTo(min(u32(confidence * f32(BINS)), BINS - 1), gap);
    loss += log(sum) - (logits[start + targets[i]] - maximum) * SCALE;
  }
  addTo(BINS, loss);
  workgroupBarrier();
  for (var place = lane; place <= BINS; place += LANES) {
    parts[group.x * (BINS + 1) + place] = bitcast<f32>(atomicLoad(&sums[place]));
  }
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  for (var place = lane; place <= BINS; place += LANES) {
    var sum = 0.0;
    for (var part = 0u; part < PARTS; part++) {
      sum += known_parts[part * (BINS + 1) + place];
    }
    atomicStore(&sums[place], bitcast<u32>(sum));
  }
  workgroupBarrier();
  if (lane == 0) {
    var error = 0.0;
    for (var bin = 0u; bin < BINS; bin++) {
      error += abs(bitcast<f32>(atomicLoad(&sums[bin])));
    }
    nll[0] = bitcast<f32>(atomicLoad(&sums[BINS])) / f32(N);
    ece[0] = error / f32(N);
  }
}
