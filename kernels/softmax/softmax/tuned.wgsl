// The row is read twice: for its maximum and sum, and for the quotients. plain.wgsl declares the interface.

struct Partial {
  maximum: f32,
  sum: f32,
}

fn combine(a: Partial, b: Partial) -> Partial {
  let maximum = max(a.maximum, b.maximum);
  return Partial(maximum, a.sum * exp(a.maximum - maximum) + b.sum * exp(b.maximum - maximum));
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let row = row_of(group, groups, index);
  let lane = index % LANES_PER_ROW;
  let start = row * COLS;
  let end = select(0, COLS, row < ROWS);

  // A lane's initial value has no weight, and vanishes when it is combined with an element.
  var own = Partial(LOWEST, 0.0);
  for (var c = lane; c < end; c += LANES_PER_ROW) {
    let value = x[start + c];
    if (value > own.maximum) {
      own = Partial(value, own.sum * exp(own.maximum - value) + 1.0);
    } else {
      own.sum += exp(value - own.maximum);
    }
  }

  let whole = combined(own, index);
  let scale = 1.0 / whole.sum;
  for (var c = lane; c < end; c += LANES_PER_ROW) {
    y[start + c] = exp(x[start + c] - whole.maximum) * scale;
  }
}
