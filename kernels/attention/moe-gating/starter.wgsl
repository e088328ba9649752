// Every token goes to the first experts, with equal weights.

override TOKENS: u32;
override EXPERTS: u32;
override TOP_K: u32;

@group(0) @binding(0) var<storage, read_write> experts: array<u32>;
@group(0) @binding(1) var<storage, read_write> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> load: array<u32>;
@group(0) @binding(3) var<storage, read_write> balance_loss: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let token = id.x;
  if (token >= TOKENS) {
    return;
  }
  for (var rank = 0u; rank < TOP_K; rank++) {
    experts[token * TOP_K + rank] = rank;
    weights[token * TOP_K + rank] = 1.0 / f32(TOP_K);
  }
  if (token == 0) {
    for (var e = 0u; e < EXPERTS; e++) {
      load[e] = select(0u, TOKENS, e < TOP_K);
    }
    balance_loss[0] = 1.0;
  }
}
