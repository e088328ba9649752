// Sums over the points are split twice. The points are split into parts, to have enough invocations even for few
// components; one pass writes the partial sums, and a second joins them. Dimensions are taken in bands of 4: in the
// first pair of passes, an invocation adds up a band of r·x in a vector; in the second, a block of 4 × 4 products, only
// for blocks on and below the diagonal. A block reads 8 values of a point for 16 products. Neighbouring invocations
// take neighbouring components, so that they read neighbouring responsibilities and the same point. plain.wgsl
// declares the interface.

override SUM_PARTS: u32;
override PRODUCT_PARTS: u32;

struct Sums {
  weighted: vec4f,
  shares: f32,
}

@group(0) @binding(6) var<storage, read_write> sums: array<Sums>;
@group(0) @binding(7) var<storage, read_write> products: array<mat4x4f>;

fn bands() -> u32 {
  return (D + 3u) / 4u;
}

// Past the last dimension the last one is repeated, and the result is unused.
fn band_of_point(point: u32, band: u32) -> vec4f {
  let dimensions = point * D + min(vec4u(4u * band) + vec4u(0u, 1u, 2u, 3u), vec4u(D - 1u));
  return vec4f(x[dimensions.x], x[dimensions.y], x[dimensions.z], x[dimensions.w]);
}

fn band_of_mean(component: u32, band: u32) -> vec4f {
  let dimensions = component * D + min(vec4u(4u * band) + vec4u(0u, 1u, 2u, 3u), vec4u(D - 1u));
  return vec4f(means[dimensions.x], means[dimensions.y], means[dimensions.z], means[dimensions.w]);
}

@compute @workgroup_size(64)
fn sum_parts(@builtin(global_invocation_id) id: vec3u) {
  let component = id.x % K;
  let band = id.x / K % bands();
  let part = id.x / K / bands();
  if (part >= SUM_PARTS) {
    return;
  }
  var weighted = vec4f();
  var shares = 0.0;
  for (var point = part; point < N; point += SUM_PARTS) {
    let share = responsibilities[point * K + component];
    shares += share;
    weighted += share * band_of_point(point, band);
  }
  sums[id.x] = Sums(weighted, shares);
}

@compute @workgroup_size(64)
fn join_sums(@builtin(global_invocation_id) id: vec3u) {
  let component = id.x / D;
  let i = id.x % D;
  if (component >= K) {
    return;
  }
  var weighted = 0.0;
  var shares = 0.0;
  for (var part = 0u; part < SUM_PARTS; part++) {
    let at = (part * bands() + i / 4u) * K + component;
    weighted += sums[at].weighted[i % 4u];
    shares += sums[at].shares;
  }
  let total = shares + FLOOR;
  means[id.x] = weighted / total;
  if (i == 0u) {
    totals[component] = total;
    weights[component] = total / f32(N);
  }
}

// Blocks on and below the diagonal are counted row by row: row `a` of blocks begins at a·(a + 1)/2.
fn block_index(a: u32, b: u32) -> u32 {
  return a * (a + 1u) / 2u + b;
}

@compute @workgroup_size(64)
fn product_parts(@builtin(global_invocation_id) id: vec3u) {
  let blocks = block_index(bands(), 0u);
  let component = id.x % K;
  let part = id.x / K / blocks;
  if (part >= PRODUCT_PARTS) {
    return;
  }
  var a = 0u;
  var b = id.x / K % blocks;
  while (b > a) {
    a++;
    b -= a;
  }

  let mean_a = band_of_mean(component, a);
  let mean_b = band_of_mean(component, b);
  var block = mat4x4f();
  for (var point = part; point < N; point += PRODUCT_PARTS) {
    let weighted = responsibilities[point * K + component] * (band_of_point(point, a) - mean_a);
    let apart = band_of_point(point, b) - mean_b;
    block[0] += weighted[0] * apart;
    block[1] += weighted[1] * apart;
    block[2] += weighted[2] * apart;
    block[3] += weighted[3] * apart;
  }
  products[id.x] = block;
}

@compute @workgroup_size(64)
fn join_products(@builtin(global_invocation_id) id: vec3u) {
  let component = id.x / (D * D);
  let i = id.x / D % D;
  let j = id.x % D;
  if (component >= K || j > i) {
    return;
  }
  let block = block_index(i / 4u, j / 4u);
  var sum = 0.0;
  for (var part = 0u; part < PRODUCT_PARTS; part++) {
    sum += products[(part * block_index(bands(), 0u) + block) * K + component][i % 4u][j % 4u];
  }
  let covariance = sum / totals[component];
  if (i == j) {
    covariances[id.x] = covariance + REG_COVAR;
  } else {
    covariances[id.x] = covariance;
    covariances[(component * D + j) * D + i] = covariance;
  }
}
