// One invocation per query walks through the keys in tiles of eight: eight scores at once in registers, so that each element
// of the query is read once for eight keys, one step of the online softmax per tile, and one update of `out` per tile.

override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;

const TILE = 8u;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let row = id.x + id.y * groups.x * 64u;
  if (row >= HEADS * QUERIES) {
    return;
  }
  let start = row * DIM;
  let head = row / QUERIES;
  let head_start = head * KEYS * DIM;
  let scale = inverseSqrt(f32(DIM));
  let slope = exp2(-8.0 * f32(head + 1u) / f32(HEADS));
  let last = row % QUERIES + KEYS - QUERIES;

  var maximum = -1e30;
  var sum = 0.0;
  for (var tile = 0u; tile <= last; tile += TILE) {
    // Keys past the last visible one repeat it, with a weight of zero.
    let keys = head_start + DIM * vec4u(tile, min(tile + 1u, last), min(tile + 2u, last), min(tile + 3u, last));
    let more = head_start + DIM * min(vec4u(tile) + vec4u(4u, 5u, 6u, 7u), vec4u(last));
    var low = vec4f();
    var high = vec4f();
    for (var d = 0u; d < DIM; d++) {
      let own = q[start + d];
      low += own * vec4f(k[keys.x + d], k[keys.y + d], k[keys.z + d], k[keys.w + d]);
      high += own * vec4f(k[more.x + d], k[more.y + d], k[more.z + d], k[more.w + d]);
    }
    let distances = i32(last - tile) - vec4i(0, 1, 2, 3);
    low = select(vec4f(-1e30), low * scale - slope * vec4f(distances), distances >= vec4i());
    high = select(vec4f(-1e30), high * scale - slope * vec4f(distances - 4), distances >= vec4i(4));

    let before = maximum;
    let highest = max(low, high);
    maximum = max(maximum, max(max(highest.x, highest.y), max(highest.z, highest.w)));
    let rescale = exp(before - maximum);
    low = exp(low - maximum);
    high = exp(high - maximum);
    sum = sum * rescale + dot(low, vec4f(1.0)) + dot(high, vec4f(1.0));
    for (var d = 0u; d < DIM; d++) {
      let first = vec4f(v[keys.x + d], v[keys.y + d], v[keys.z + d], v[keys.w + d]);
      let second = vec4f(v[more.x + d], v[more.y + d], v[more.z + d], v[more.w + d]);
      let added = dot(low, first) + dot(high, second);
      // Nothing is in `out` before the first tile.
      out[start + d] = select(out[start + d] * rescale, 0.0, tile == 0u) + added;
    }
  }

  for (var d = 0u; d < DIM; d++) {
    out[start + d] /= sum;
  }
}
