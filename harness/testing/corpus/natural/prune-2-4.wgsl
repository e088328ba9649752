// Four weights for each invocation, as a vector: rows are multiples of four, so that none crosses a row's end.
override FOURS: u32;

@group(0) @binding(0) var<storage, read> w: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> pruned: array<vec4f>;

@compute @workgroup_size(128)
fn prune(@builtin(global_invocation_id) id: vec3u) {
  let at = id.x;
  if (at >= FOURS) {
    return;
  }
  let four = w[at];
  let size = abs(four);
  var rank = vec4u(0);
  for (var first = 0u; first < 3; first++) {
    for (var second = first + 1; second < 4; second++) {
      if (size[first] >= size[second]) {
        rank[second]++;
      } else {
        rank[first]++;
      }
    }
  }
  pruned[at] = select(vec4f(0), four, rank < vec4u(2));
}
