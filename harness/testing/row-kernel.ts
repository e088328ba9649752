import { expect } from "vitest";
import task from "../../kernels/layers/rms-norm/task.ts";
import type { PlanFunction } from "../task/plan.ts";
import { LocalJudge } from "../verify/judge-locally.ts";

/** A correct kernel of rms-norm, with a tree of lanes for each row. */
const CODE = `
override ROWS: u32;
override COLS: u32;
override EPS: f32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
var<workgroup> part: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  let start = row * COLS;
  var squares = 0.0;
  for (var c = lane; c < COLS; c += 64u) {
    squares += x[start + c] * x[start + c];
  }
  part[lane] = squares;
  workgroupBarrier();
  for (var width = 32u; width > 0u; width /= 2u) {
    if (lane < width) {
      part[lane] += part[lane + width];
    }
    workgroupBarrier();
  }
  let scale = inverseSqrt(part[0] / f32(COLS) + EPS);
  for (var c = lane; c < COLS; c += 64u) {
    y[start + c] = x[start + c] * scale * gamma[c];
  }
}`;

/** Judges on small cases, with a fixed seed. */
export async function openRowJudge(): Promise<LocalJudge<"rows" | "cols", "eps">> {
  const isSmall = ({ shape }: { shape: Readonly<Record<string, number>> }) => shape.rows! <= 16 && shape.cols! <= 130;
  return (await LocalJudge.open(task, { seed: "repairs", only: isSmall })) as LocalJudge<"rows" | "cols", "eps">;
}

/** The kernel with its first `from` replaced, and with the size `constant` as its row length. */
export function edited(from: string, to: string, constant = "cols"): PlanFunction<"rows" | "cols", "eps"> {
  expect(CODE.split(from).length).toBeGreaterThan(1);
  const code = CODE.replace(from, to);
  return ({ shape, params: { eps } }) => ({
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, COLS: shape[constant as "cols"], EPS: eps },
        bindings: ["x", "gamma", "y"],
        workgroups: [shape.rows],
      },
    ],
  });
}

/** The line of the unchanged kernel that contains `text`. */
export const lineOf = (text: string) => CODE.slice(0, CODE.indexOf(text)).split("\n").length;
