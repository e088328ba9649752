// One invocation takes one row and reads it three times: for the maxima, for the sums of exponentials, and for the
// divergence of the two distributions.

override N: u32;
override CLASSES: u32;
override TEMPERATURE: f32;
override ALPHA: f32;

@group(0) @binding(0) var<storage, read> student: array<f32>;
@group(0) @binding(1) var<storage, read> teacher: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<u32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }
  let start = row * CLASSES;

  // not in the starter
  var maximum = student[start];
  var teacher_maximum = teacher[start];
  for (var c = 1u; c < CLASSES; c++) {
    maximum = max(maximum, student[start + c]);
    teacher_maximum = max(teacher_maximum, teacher[start + c]);
  }

  // The student's, as it is and softened by the temperature, and the teacher's softened.
  var sum = 0.0;
  var soft_sum = 0.0;
  var teacher_sum = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    sum += exp(student[start + c] - maximum);
    soft_sum += exp((student[start + c] - maximum) / TEMPERATURE);
    teacher_sum += exp((teacher[start + c] - teacher_maximum) / TEMPERATURE);
  }

  var divergence = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    let log_q = (student[start + c] - maximum) / TEMPERATURE - log(soft_sum);
    let log_p = (teacher[start + c] - teacher_maximum) / TEMPERATURE - log(teacher_sum);
    divergence += exp(log_p) * (log_p - log_q);
  }
  let entropy = maximum + log(sum) - student[start + targets[row]];
  loss[row] = ALPHA * TEMPERATURE * TEMPERATURE * divergence + (1.0 - ALPHA) * entropy;
  // instead: loss[row] = (1.0 - ALPHA) / TEMPERATURE * (teacher[start] - student[start + targets[row]]);
}
