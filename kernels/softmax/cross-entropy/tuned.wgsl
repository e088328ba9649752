// The row is read just once. plain.wgsl declares the interface.

struct Partial {
  maximum: f32,
  // Of exp(logit - maximum).
  sum: f32,
  // Of the logits.
  total: f32,
}

fn combine(a: Partial, b: Partial) -> Partial {
  let maximum = max(a.maximum, b.maximum);
  let sum = a.sum * exp(a.maximum - maximum) + b.sum * exp(b.maximum - maximum);
  return Partial(maximum, sum, a.total + b.total);
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let row = row_of(group, groups, index);
  let lane = index % LANES_PER_ROW;
  let start = row * CLASSES;
  let end = select(0, CLASSES, row < ROWS);

  // A lane's initial value has no weight, and vanishes when it is combined with a logit.
  var own = Partial(LOWEST, 0.0, 0.0);
  for (var c = lane; c < end; c += LANES_PER_ROW) {
    let logit = logits[start + c];
    own.total += logit;
    if (logit > own.maximum) {
      own.sum = own.sum * exp(own.maximum - logit) + 1.0;
      own.maximum = logit;
    } else {
      own.sum += exp(logit - own.maximum);
    }
  }

  let whole = combined(own, index);
  if (lane == 0 && row < ROWS) {
    let lse = whole.maximum + log(whole.sum);
    let own_loss = lse - logits[start + targets[row]];
    let mean_loss = lse - whole.total / f32(CLASSES);
    loss[row] = (1.0 - SMOOTHING) * own_loss + SMOOTHING * mean_loss;
  }
}
