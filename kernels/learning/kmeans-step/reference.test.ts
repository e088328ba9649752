import { expect, test } from "vitest";
import { allows, evaluate } from "../../../reference/oracle.ts";
import { MIN_NORMAL } from "../../../reference/rounding.ts";
import task from "./task.ts";

function step(x: readonly number[], centroids: readonly number[], d = 1) {
  const shape = { n: x.length / d, d, k: centroids.length / d };
  const inputs = { x: Float32Array.from(x), centroids: Float32Array.from(centroids) };
  const sizes = { labels: shape.n, centroids_out: shape.k * d, inertia: 1 };
  const { labels, centroids_out, inertia } = evaluate(task.oracle, { shape, params: {}, inputs }, sizes);
  return { labels: labels!, centroids_out: centroids_out!, inertia: inertia! };
}

test("an empty cluster keeps its centroid, to the last bit", () => {
  const { labels, centroids_out } = step([1, 2, 3], [2, -7.1, 90]);
  expect([...labels.expected]).toEqual([0, 0, 0]);
  expect([...centroids_out.expected]).toEqual([2, Math.fround(-7.1), 90]);
  // A kernel may flush what is below the smallest normal number.
  for (const bound of centroids_out.bound.slice(1)) expect(bound).toBeLessThanOrEqual(MIN_NORMAL);
});

test("of equal distances, only the lower index is correct", () => {
  const { labels, centroids_out, inertia } = step([0, 0, 5, 5], [1, 1, -1, -1, 4, 6], 2);
  expect([...labels.expected]).toEqual([0, 2]);
  expect(allows(labels, 0, 1)).toBe(false);
  expect([...centroids_out.expected]).toEqual([0, 0, -1, -1, 5, 5]);
  expect(inertia.expected[0]).toBe(2 + 2);
});

test("a point closer to the middle of two centroids than f32 resolves may go to either", () => {
  const { labels } = step([1e-9, 0.1], [-0.7, 0.7]);
  expect([0, 1].filter((label) => allows(labels, 0, label))).toEqual([0, 1]);
  expect([0, 1].filter((label) => allows(labels, 1, label))).toEqual([1]);
});
