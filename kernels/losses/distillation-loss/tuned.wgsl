// LANES_PER_ROW invocations of a workgroup take one row, so that a workgroup of 64 takes one long row or many short
// ones. The lanes stride through their row just once, each with running maxima and four sums that are rescaled when a
// maximum grows (online softmax, Milakov and Gimelshein 2018); a tree combines them. The divergence needs no further
// pass, since it is mean_p(t - s) + log(sum of exp(s)) - log(sum of exp(t)), with t and s the softened logits.

override N: u32;
override CLASSES: u32;
override TEMPERATURE: f32;
override ALPHA: f32;
// A power of two, at most LANES.
override LANES_PER_ROW: u32;

const LANES = 64u;

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -1e30;

@group(0) @binding(0) var<storage, read> student: array<f32>;
@group(0) @binding(1) var<storage, read> teacher: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<u32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;

struct Partial {
  maximum: f32,
  teacher_maximum: f32,
  // Of exp(student - maximum), also softened.
  sum: f32,
  soft_sum: f32,
  // Of exp((teacher - teacher_maximum) / TEMPERATURE), also with the differences teacher - student as factors.
  teacher_sum: f32,
  difference_sum: f32,
}

var<workgroup> partials: array<Partial, LANES>;

fn rescaled(a: Partial, maximum: f32, teacher_maximum: f32) -> Partial {
  let scale = exp((a.teacher_maximum - teacher_maximum) / TEMPERATURE);
  return Partial(
    maximum,
    teacher_maximum,
    a.sum * exp(a.maximum - maximum),
    a.soft_sum * exp((a.maximum - maximum) / TEMPERATURE),
    a.teacher_sum * scale,
    a.difference_sum * scale,
  );
}

fn combine(a: Partial, b: Partial) -> Partial {
  let maximum = max(a.maximum, b.maximum);
  let teacher_maximum = max(a.teacher_maximum, b.teacher_maximum);
  let x = rescaled(a, maximum, teacher_maximum);
  let y = rescaled(b, maximum, teacher_maximum);
  return Partial(
    maximum,
    teacher_maximum,
    x.sum + y.sum,
    x.soft_sum + y.soft_sum,
    x.teacher_sum + y.teacher_sum,
    x.difference_sum + y.difference_sum,
  );
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  // Workgroups may be spread over y. Lanes past the last row take part in the barriers, but neither read nor write.
  let row = (group.x + group.y * groups.x) * (LANES / LANES_PER_ROW) + index / LANES_PER_ROW;
  let lane = index % LANES_PER_ROW;
  let start = row * CLASSES;
  let end = select(0, CLASSES, row < N);

  // A lane's initial value has no weight, and vanishes when it is combined with an element.
  var own = Partial(LOWEST, LOWEST, 0.0, 0.0, 0.0, 0.0);
  for (var c = lane; c < end; c += LANES_PER_ROW) {
    let s = student[start + c];
    let t = teacher[start + c];
    if (s > own.maximum || t > own.teacher_maximum) {
      own = rescaled(own, max(own.maximum, s), max(own.teacher_maximum, t));
    }
    let weight = exp((t - own.teacher_maximum) / TEMPERATURE);
    own.sum += exp(s - own.maximum);
    own.soft_sum += exp((s - own.maximum) / TEMPERATURE);
    own.teacher_sum += weight;
    own.difference_sum += weight * (t - s);
  }
  partials[index] = own;
  workgroupBarrier();

  for (var width = LANES_PER_ROW / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[index] = combine(partials[index], partials[index + width]);
    }
    workgroupBarrier();
  }

  if (lane == 0 && row < N) {
    let whole = partials[index];
    let mean_difference = whole.difference_sum / whole.teacher_sum;
    let shift = mean_difference + whole.maximum - whole.teacher_maximum;
    let divergence = shift / TEMPERATURE + log(whole.soft_sum) - log(whole.teacher_sum);
    let entropy = whole.maximum + log(whole.sum) - student[start + targets[row]];
    loss[row] = ALPHA * TEMPERATURE * TEMPERATURE * divergence + (1.0 - ALPHA) * entropy;
  }
}
