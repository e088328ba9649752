import { expect, test } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { runLimitMs } from "./stage-limits.ts";

test("leaves a workgroup for each row of an input its time, also where the oracle adds all rows at once", async () => {
  const perplexity = await loadTask("perplexity");
  const limitMs = (tokens: number) => runLimitMs(perplexity, { shape: { tokens, classes: 3 }, params: {} });
  // SwiftShader takes 4 s on an idle machine.
  expect(limitMs(65_537)).toBeGreaterThan(60_000);
  expect(limitMs(1)).toBeLessThan(3000);
});
