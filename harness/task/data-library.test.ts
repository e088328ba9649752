import { describe, expect, test } from "vitest";
import { Random } from "../../reference/random.ts";
import { linearWeights } from "./data-library.ts";

describe("weights of a linear layer", () => {
  const [rows, cols] = [70, 64];
  const weights = linearWeights(1.3)(new Random("weights"), { rows, cols });
  const isLarge = (output: number, input: number) => Math.abs(weights[output * cols + input]!) > 0.2;

  test("make every input dominate some output", () => {
    for (let input = 0; input < cols; input++) {
      expect(Array.from({ length: rows }, (_, output) => isLarge(output, input))).toContain(true);
    }
  });

  test("leave each output to a few inputs", () => {
    for (let output = 0; output < rows; output++) {
      const large = Array.from({ length: cols }, (_, input) => isLarge(output, input)).filter(Boolean);
      expect(large.length).toBeGreaterThan(0);
      expect(large.length).toBeLessThanOrEqual(5);
    }
  });
});
