// Before the product: one vector for every four channels, the last filled with zeros. From [rows, CHANNELS, PLACES], which
// are images or filters, to [rows, PLACES, vectors].

override ROWS: u32;
override CHANNELS: u32;
override PLACES: u32;

@group(0) @binding(0) var<storage, read> separate: array<f32>;
@group(0) @binding(1) var<storage, read_write> vectors: array<vec4f>;

@compute @workgroup_size(64)
fn pack(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  let steps = (CHANNELS + 3) / 4;
  if (index >= ROWS * steps * PLACES) {
    return;
  }
  let row = index / (steps * PLACES);
  let step = index / PLACES % steps;
  let place = index % PLACES;

  let channels = 4 * step + vec4u(0, 1, 2, 3);
  let at = (row * CHANNELS + min(channels, vec4u(CHANNELS - 1))) * PLACES + place;
  let four = vec4f(separate[at.x], separate[at.y], separate[at.z], separate[at.w]);
  vectors[(row * PLACES + place) * steps + step] = select(vec4f(), four, channels < vec4u(CHANNELS));
}
