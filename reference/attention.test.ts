import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { attention } from "./attention.ts";
import { evaluate } from "./oracle.ts";

const GOLDEN = ["attention", "flash-attention"].flatMap((task) => [0, 1, 2].map((index) => `${task}-${index}`));

describe("attention agrees with the golden vectors", () => {
  test.each(GOLDEN)("%s", (name) => {
    const golden = JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), "utf8"));
    const inputs = Object.fromEntries(
      Object.entries<number[]>(golden.inputs).map(([tensor, values]) => [tensor, Float32Array.from(values)]),
    );
    const { out } = evaluate(
      attention,
      { shape: golden.shape, params: golden.params, inputs },
      { out: golden.outputs.out.length },
    );
    out!.expected.forEach((value, index) => {
      const wanted = golden.outputs.out[index];
      expect(Math.abs(value - wanted) / Math.max(Math.abs(wanted), 1e-300)).toBeLessThan(1e-12);
      expect(out!.bound[index]).toBeGreaterThan(0);
      expect(out!.bound[index]).toBeLessThan(1e-2);
    });
  });
});
