// Attention with an online softmax on a CPU (`software-attend.wgsl`). An invocation takes four queries.

override QUERIES: u32;
override KEYS: u32;
override CAUSAL: bool;
// Indices from one head to the next.
override QUERY_HEAD: u32;
override KEY_HEAD: u32;

const DIVIDES = true;

// x: groups of 32 queries, y: heads.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, own: Invocation) {
  let first = 4u * LANES * workgroup.x;
  let queries = first + 4u * own.lane + vec4u(0, 1, 2, 3);
  let inside = min(queries, vec4u(QUERIES - 1u));
  let at = workgroup.y * QUERY_HEAD + inside * ROW;
  let ends = select(vec4u(KEYS), inside + KEYS - QUERIES + 1u, vec4<bool>(CAUSAL));
  key_start = workgroup.y * KEY_HEAD;
  key_count = KEYS;
  begin(workgroup.y);
  // The keys that any query of the workgroup sees.
  let seen = select(KEYS, min(first + 4u * LANES, QUERIES) + KEYS - QUERIES, CAUSAL);
  attend(own, at, at, queries < vec4u(QUERIES), ends, seen);
}
