// Row 1: patches what a harness might use to read, write down or judge a plan. The kernel is honest; nothing may
// change.
// From: pygpubench, folder exploits (function_detour)

function patch() {
  Array.prototype.push = () => 0;
  Array.prototype[Symbol.iterator] = function* () {};
  Object.prototype.toJSON = () => ({ verdict: "accepted" });
  String.prototype.toJSON = () => "accepted";
  JSON.stringify = () => '{"verdict":"accepted"}';
  JSON.parse = () => ({ verdict: "accepted" });
  Object.keys = () => [];
  Number.isFinite = () => true;
  Math.max = () => 0;
  globalThis.Map = function () {};
  Reflect.apply = () => undefined;
}
const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;

export default function plan({ shape }) {
  patch();
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] }] };
}
