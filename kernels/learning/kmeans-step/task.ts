import { clusterCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { cloud, mirrored, oneAtOrigin, rowwise, strays, wholeNumbers } from "../../../harness/task/data-library.ts";
import plain from "./plain.wgsl";
import { kmeansStep } from "./reference.ts";
import tuned from "./tuned.wgsl";
import { software } from "./tuned-software.ts";

const LANES = 64;

const anyCorner = rowwise((random) => () => random.pick([-95, 95]) + random.normal(0, 1));

export default composeTask({
  name: "kmeans-step",
  family: "learning",
  title: "A step of k-means",
  step: {
    track: "statistics",
    level: 3,
    teaches: "nearest centroids with ties, and means of groups",
    questions: [28],
  },
  statement: `Take one step of Lloyd's algorithm: label every point with its nearest centroid, and move every centroid to the mean of
its points.

    labels[i]        = the j with the least sum over c of (x[i,c] - centroids[j,c])²
    centroids_out[j] = mean of the points with label j, or centroids[j] if there are none
    inertia[0]       = sum over i of the squared distance of x[i] from centroids[labels[i]]

Of centroids at equal distances, the one with the lower index is taken. If f32 cannot decide between two, either is
correct. Points may be far from the origin compared with their distances.`,
  example: {
    shape: { n: 4, d: 1, k: 3 },
    params: {},
    inputs: { x: [1, 3, 8, 2], centroids: [0, 4, 20] },
  },
  hints: [
    "One workgroup is enough for a correct kernel: with storageBarrier() after the labels, its invocations can read them all.",
    "Compare squared distances: the root changes no label, and the inertia adds squares.",
    "Let each invocation label one point in a first pass, and each workgroup average one coordinate of one cluster in a second.",
  ],
  shape: { n: "points", d: "coordinates of a point", k: "clusters" },
  params: {},
  inputs: {
    x: { dims: ["n", "d"], about: "points", range: [-100, 100] },
    centroids: { dims: ["k", "d"], about: "centroids before the step", range: [-100, 100] },
  },
  outputs: {
    labels: { type: "u32", dims: ["n"], about: "the nearest centroid of each point" },
    centroids_out: { dims: ["k", "d"], about: "centroids after the step" },
    inertia: { dims: ["1"], about: "the sum of squared distances from the centroids before the step" },
  },
  unit: [],
  reference: kmeansStep,
  certain: ["labels"],
  cases: clusterCases("n", "d", "k"),
  data: {
    plain: ["points around 1, about four apart", { x: cloud(1, 3), centroids: cloud(1, 3) }],
    far: ["points far from the origin compared with their distances", { x: cloud(90, 3), centroids: cloud(90, 3) }],
    corners: [
      "points and centroids near any corners of the range, so that even the nearest are far apart in many dimensions",
      { x: anyCorner, centroids: anyCorner },
    ],
    empty: ["one centroid in four is far from all points", { centroids: strays(1, 40, 3) }],
    ties: [
      "small integers, so that many points are at equal distances from several centroids",
      { x: wholeNumbers(-2, 5), centroids: wholeNumbers(-2, 5) },
    ],
    "near-ties": [
      "one point is so close to the middle of two centroids that either label is correct",
      { x: oneAtOrigin(3), centroids: mirrored(3) },
      "ties",
    ],
  },
  scratchLimitBytes: ({ n, d, k }) => 4 * (n + 64 * k * (d + 1)),
  flops: ({ n, d, k }) => n * k * 3 * d + n * d,
  mistakes: [
    {
      name: "last-of-equals",
      about: "of centroids at equal distances, the one with the higher index is taken",
      hint: "Replace the nearest centroid only if the distance is less: `<`, not `<=`.",
      edits: [["distance < least", "distance <= least"]],
    },
    {
      name: "last-cluster-left-out",
      about: "the last centroid is never the nearest",
      hint: "Loop while cluster < K.",
      edits: [["cluster < K; cluster++", "cluster + 1 < K; cluster++"]],
    },
    {
      name: "farthest-centroid",
      about: "points are labelled with the farthest centroid",
      hint: "Replace the nearest centroid if the distance is less.",
      edits: [["distance < least", "distance > least"]],
    },
    {
      name: "absolute-differences",
      about: "absolute differences are added instead of squares",
      hint: "Multiply each difference by itself.",
      edits: [["difference * difference", "abs(difference)"]],
    },
    {
      name: "expanded-square",
      about: "the square is expanded into |x|² + |y|² - 2·x·y, which cancels far from the origin",
      hint: "Subtract the coordinates before squaring.",
      edits: [
        [
          "let difference = x[i * D + c] - centroids[cluster * D + c];",
          "let a = x[i * D + c]; let b = centroids[cluster * D + c];",
        ],
        ["squares += difference * difference;", "squares += a * a; squares += b * b; squares -= 2.0 * a * b;"],
      ],
    },
    {
      name: "empty-cluster-at-zero",
      about: "a cluster without points gets a centroid of zeros",
      hint: "Copy the centroid of a cluster without points.",
      edits: [["centroids_out[at] = centroids[at];", "centroids_out[at] = 0.0;"]],
    },
    {
      name: "not-divided",
      about: "the sum of a cluster's points is not divided by their number",
      hint: "Divide each sum by the number of points with that label.",
      edits: [["total / f32(count)", "total"]],
    },
    {
      name: "divided-by-all-points",
      about: "the sum of a cluster's points is divided by the number of all points",
      hint: "Count the points of each cluster.",
      edits: [["total / f32(count)", "total / f32(N)"]],
    },
    {
      name: "inertia-of-distances",
      about: "the inertia adds distances instead of squared distances",
      hint: "Take no root: the inertia is a sum of squares.",
      edits: [["sum += least;", "sum += sqrt(least);"]],
    },
    {
      name: "mean-inertia",
      about: "the inertia is divided by the number of points",
      hint: "Write the sum itself.",
      edits: [["inertia[0] = all;", "inertia[0] = all / f32(N);"]],
    },
  ],
  plain: { code: plain, workgroupFor: [] },
  tuned: {
    software,
    hardware({ shape: { n, d, k } }) {
      const parts = Math.ceil(n / LANES);
      const sizes = { N: n, D: d };
      return {
        scratch: { parts: 4 * parts },
        passes: [
          {
            code: tuned,
            entryPoint: "label",
            constants: { ...sizes, K: k },
            bindings: ["x", "centroids", "labels", "parts"],
            workgroups: [parts],
          },
          {
            code: tuned,
            entryPoint: "average",
            constants: sizes,
            bindings: ["x", "centroids", "labels", "centroids_out"],
            workgroups: [d, k],
          },
          {
            code: tuned,
            entryPoint: "addShares",
            constants: { PARTS: parts },
            bindings: ["parts", "inertia"],
            workgroups: [1],
          },
        ],
      };
    },
  },
});
