// The sum of all parts, by one invocation.

override PARTS: u32;
override FACTOR: f32;

@group(0) @binding(0) var<storage, read> parts: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var own: vec4f;
  for (var four = 0u; four < PARTS / 4; four++) {
    own += parts[four];
  }
  result[0] = FACTOR * ((own.x + own.y) + (own.z + own.w));
}
