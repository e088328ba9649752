// Measures the rate of 8-bit multiply-adds: 32 `dot4I8Packed` per loop, in eight independent chains.

override LOOPS: u32;

@group(0) @binding(0) var<storage, read_write> sink: array<vec4i>;

fn dots(sum: vec4i, word: u32) -> vec4i {
  return sum + vec4i(
    dot4I8Packed(u32(sum.x), word),
    dot4I8Packed(u32(sum.y), word),
    dot4I8Packed(u32(sum.z), word),
    dot4I8Packed(u32(sum.w), word),
  );
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let word = id.x * 0x01030507u;
  var a = vec4i(i32(id.x));
  var b = a + 1;
  var c = a + 2;
  var d = a + 3;
  var e = a + 4;
  var f = a + 5;
  var g = a + 6;
  var h = a + 7;
  for (var loop_index = 0u; loop_index < LOOPS; loop_index++) {
    a = dots(a, word);
    b = dots(b, word);
    c = dots(c, word);
    d = dots(d, word);
    e = dots(e, word);
    f = dots(f, word);
    g = dots(g, word);
    h = dots(h, word);
  }
  sink[id.x] = a + b + c + d + e + f + g + h;
}
