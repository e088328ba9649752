// A workgroup for each point, whose invocations share the others among them.
override N: u32;
override D: u32;
override EPS: f32;
override MIN_SAMPLES: u32;

const LANES = 32u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read_write> core: array<u32>;

var<workgroup> count: atomic<u32>;

@compute @workgroup_size(LANES)
fn near(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let i = group.x;
  for (var j = local.x; j < N; j += LANES) {
    var squares = 0.0;
    for (var c = 0u; c < D; c++) {
      let apart = x[i * D + c] - x[j * D + c];
      squares = fma(apart, apart, squares);
    }
    if (squares <= EPS * EPS) {
      atomicAdd(&count, 1);
    }
  }
  workgroupBarrier();
  if (local.x == 0) {
    let all = atomicLoad(&count);
    neighbours[i] = all;
    core[i] = u32(all >= MIN_SAMPLES);
  }
}
