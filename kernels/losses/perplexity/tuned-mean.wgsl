// One workgroup adds the tokens' losses and counts the tokens with mask 1; the others have a loss of zero.

override TOKENS: u32;

const LANES = 256u;

@group(0) @binding(0) var<storage, read> losses: array<f32>;
@group(0) @binding(1) var<storage, read> mask: array<u32>;
@group(0) @binding(2) var<storage, read_write> perplexity: array<f32>;

struct Total {
  entropy: f32,
  count: u32,
}

var<workgroup> totals: array<Total, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = Total(0.0, 0u);
  for (var token = lane; token < TOKENS; token += LANES) {
    own.entropy += losses[token];
    own.count += mask[token];
  }
  totals[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      totals[lane].entropy += totals[lane + width].entropy;
      totals[lane].count += totals[lane + width].count;
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    perplexity[0] = exp(totals[0].entropy / f32(totals[0].count));
  }
}
