import { expect, test } from "vitest";
import softmaxTask from "../../kernels/softmax/softmax/task.ts";
import type { ShapeMeasurement } from "../results/measurement.ts";
import { findSlowCode } from "./code-findings.ts";
import { findSpeed, isSlow } from "./speed.ts";

/** 100 bytes and 400 operations per second: the ridge point is 4 operations/byte. */
const roofline = { copies: [{ bytes: 1, bytesPerSecond: 100 }], f32PerSecond: 400, int8PerSecond: 4000 };

function reached(bytes: number, flops: number, rooflineShare: number): string {
  const measured = { name: "large", bytes, flops, rooflineShare } as ShapeMeasurement;
  return findSpeed(softmaxTask, [measured], roofline)[0]!.sentence;
}

test("reports a shape's side of the ridge point, and its share of the roofline", () => {
  expect(reached(100, 150, 0.12)).toMatch(
    /^On large, .* 12 % of the roofline .* memory-bound: 1\.5 operations\/byte, below .* 4\.0\. To speed it up/,
  );
  expect(reached(100, 6000, 0.049)).toMatch(
    /4\.90 % of the roofline .* compute-bound: 60 operations\/byte, above .* 4\.0\. To speed it up/,
  );
  expect(reached(100, 150, 0.8)).toMatch(/ridge point of 4\.0\.$/);
});

test("says of more than the roofline that the roofline is wrong, not that memory bounds it", () => {
  expect(reached(100, 150, 1.2)).toMatch(/^On large, it reaches 120 % of the roofline, .* measured badly/);
  expect(reached(100, 150, 1.2)).not.toContain("bound");
});

test("advises once on all shapes below the same roof", () => {
  const measured = { bytes: 100, flops: 150, rooflineShare: 0.1 } as ShapeMeasurement;
  const shapes = ["small", "large"].map((name) => ({ ...measured, name }));
  const sentences = findSpeed(softmaxTask, shapes, roofline).map(({ sentence }) => sentence);
  expect(sentences.map((sentence) => sentence.includes("To speed it up"))).toEqual([true, false]);
});

test("the code is examined below half of the roofline", () => {
  expect([0.49, 0.5].map((rooflineShare) => isSlow({ rooflineShare }))).toEqual([true, false]);
});

const SLOW = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> part: array<f32, 48>;
@compute @workgroup_size(SIZE)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) local: vec3u) {
  for (var r = 0u; r < 8u; r++) {
    for (var c = 0u; c < 8u; c++) {
      part[local.x] += x[id.x * 64u + c];
      BARRIER
    }
  }
  y[id.x] = part[0];
}`;

function guessed(size: number, barrier: string): string[] {
  const code = SLOW.replace("SIZE", String(size)).replace("BARRIER", barrier);
  const passes = [{ code, bindings: ["x", "y"], workgroups: [1] }];
  const found = findSlowCode(passes, ({ line, column }) => ({
    kind: "source",
    file: "a.wgsl",
    line,
    column,
    frame: "",
  }));
  for (const { sentence, isGuess } of found) {
    expect(sentence).toMatch(/ probably /);
    expect(isGuess).toBe(true);
  }
  return found.map(({ kind }) => kind);
}

test("guesses causes of slowness, and none of wrong results", () => {
  expect(guessed(48, "workgroupBarrier();")).toEqual(["odd-workgroup", "strided-access", "barrier-in-loops"]);
  expect(guessed(1, "")).toEqual(["small-workgroup", "strided-access"]);
  expect(guessed(64, "")).toEqual(["strided-access"]);
});
