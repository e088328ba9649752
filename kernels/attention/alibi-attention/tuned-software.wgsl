// For `software-flash.wgsl`: a score falls with the key's distance.

override HEADS: u32;

var<private> slope: f32;

fn begin(head: u32) {
  slope = exp2(-8.0 * f32(head + 1u) / f32(HEADS));
}

fn with_bias(scores: vec4f, key: u32, ends: vec4u) -> vec4f {
  return scores - slope * vec4f(ends - 1u - key);
}
