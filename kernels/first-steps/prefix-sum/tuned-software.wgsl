// For software adapters: each invocation takes a stretch of the elements, four a step, in two passes; between them, one
// invocation adds up the stretches' sums. No workgroup memory and barriers. `elementsHead` declares SIZE and STEPS.

override STEPS_OF_STRETCH: u32;
override STRETCHES: u32;

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<Element>;

@compute @workgroup_size(8)
fn addStretches(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * STEPS_OF_STRETCH;
  var own = vec4f();
  for (var step = first; step < min(first + STEPS_OF_STRETCH, STEPS); step++) {
    own += x_vector(0, step);
  }
  sums[id.x] = (own.x + own.y) + (own.z + own.w);
}

@compute @workgroup_size(1)
fn scanSums() {
  var total = 0.0;
  for (var stretch = 0u; stretch < STRETCHES; stretch++) {
    let own = sums[stretch];
    sums[stretch] = total;
    total += own;
  }
}

@compute @workgroup_size(8)
fn scanStretches(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * STEPS_OF_STRETCH;
  var running = sums[id.x];
  for (var step = first; step < min(first + STEPS_OF_STRETCH, STEPS); step++) {
    let four = x_vector(0, step);
    let pairs = four + vec4f(0, four.x, 0, four.z);
    let scanned = running + (pairs + vec4f(0, 0, pairs.y, pairs.y));
    set_y_vector(0, step, scanned);
    running = scanned.w;
  }
}
