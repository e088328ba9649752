override QUERIES: u32;
override DOCS: u32;
override DIM: u32;

@group(0) @binding(0) var<storage, read> queries: array<f32>;
@group(0) @binding(1) var<storage, read> docs: array<f32>;
@group(0) @binding(2) var<storage, read_write> similarities: array<f32>;

@compute @workgroup_size(8, 8)
fn score(@builtin(global_invocation_id) id: vec3u) {
  let doc = id.x;
  let query = id.y;
  if (doc >= DOCS || query >= QUERIES) {
    return;
  }
  var product = 0.0;
  var query_squares = 0.0;
  var doc_squares = 0.0;
  for (var c = 0u; c < DIM; c++) {
    let a = queries[query * DIM + c];
    let b = docs[doc * DIM + c];
    product += a * b;
    query_squares += a * a;
    doc_squares += b * b;
  }
  similarities[query * DOCS + doc] = product / (sqrt(query_squares) * sqrt(doc_squares));
}
