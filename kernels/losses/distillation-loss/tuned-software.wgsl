// For software adapters: one invocation takes one row and reads it just once, in blocks of 16 elements, without workgroup
// memory and barriers. The sums are those of tuned.wgsl, rescaled once a block; plain.wgsl declares the interface.

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -1e30;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let row = id.x + id.y * groups.x * 16;
  if (row >= N) {
    return;
  }
  let start = row * CLASSES;
  let end = start + CLASSES;
  let rest = end - CLASSES % 16;

  var maximum = LOWEST;
  var teacher_maximum = LOWEST;
  // Of the student's exponentials, also softened.
  var sum = 0.0;
  var soft_sum = 0.0;
  // Of the teacher's softened ones, also with the differences teacher - student as factors.
  var sums = vec2f();
  for (var at = start; at < rest; at += 16) {
    let s = student_block(at);
    let t = teacher_block(at);
    let larger = max(maximum, largest(s));
    let teacher_larger = max(teacher_maximum, largest(t));
    let weights = exponentials(less(t, teacher_larger) * (1.0 / TEMPERATURE));
    let soft = exponentials(less(s, larger) * (1.0 / TEMPERATURE));
    sum = sum * exp(maximum - larger) + total(exponentials(less(s, larger)));
    soft_sum = soft_sum * exp((maximum - larger) / TEMPERATURE) + total(soft);
    sums = sums * exp((teacher_maximum - teacher_larger) / TEMPERATURE) + vec2f(total(weights), total(products(weights, t - s)));
    maximum = larger;
    teacher_maximum = teacher_larger;
  }
  for (var at = rest; at < end; at++) {
    let s = student_at(at);
    let t = teacher_at(at);
    let larger = max(maximum, s);
    let teacher_larger = max(teacher_maximum, t);
    let weight = exp((t - teacher_larger) / TEMPERATURE);
    sum = sum * exp(maximum - larger) + exp(s - larger);
    soft_sum = soft_sum * exp((maximum - larger) / TEMPERATURE) + exp((s - larger) / TEMPERATURE);
    sums = sums * exp((teacher_maximum - teacher_larger) / TEMPERATURE) + weight * vec2f(1.0, t - s);
    maximum = larger;
    teacher_maximum = teacher_larger;
  }

  let shift = sums.y / sums.x + maximum - teacher_maximum;
  let divergence = shift / TEMPERATURE + log(soft_sum) - log(sums.x);
  let entropy = maximum + log(sum) - student_at(start + targets[row]);
  loss[row] = ALPHA * TEMPERATURE * TEMPERATURE * divergence + (1.0 - ALPHA) * entropy;
}
