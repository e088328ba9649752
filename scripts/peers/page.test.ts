import { expect, test } from "vitest";
import type { Measured } from "./measured.ts";
import { withPeers } from "./page.ts";
import { terminalText } from "./tables.ts";

const measured: Measured = {
  ...{ adapter: "SwiftShader 5.0", machine: "2 processors", node: "20.19.0", date: "2026-01-02", seconds: 1, runs: 3 },
  absent: { onnxruntime: "no adapter" },
  shapes: [
    {
      ...{ task: "softmax", shape: "small", sizes: "rows=512 cols=256", leastMs: 1 },
      contestants: [
        { name: "plain", relativeError: 1e-7, timesMs: [9, 9, 9] },
        { name: "tuned", relativeError: 1e-7, timesMs: [4, 4, 4] },
        { name: "tfjs", relativeError: 0.05, timesMs: [] },
        { name: "jax-js", relativeError: 2e-7, timesMs: [10, 10, 10] },
        { name: "onnxruntime", relativeError: null, failure: "no kernel for Softmax", timesMs: [] },
      ],
    },
  ],
};

test("a page has a row for each shape, in which a wrong or failed peer has its reason instead of a time", () => {
  const page = withPeers("before\n<!-- figures of npm run bench:peers -->\nold\n<!-- end of figures -->\nafter\n", [
    measured,
  ]);
  const row = page.split("\n").find((line) => line.startsWith("| softmax"))!;
  const cells = row.split("|").map((text) => text.trim());
  expect(cells.slice(1, -1)).toEqual([
    ...["softmax", "small", "9.0", "4.0"],
    "tfjs wrong (relative error 0.050); jax-js 10; onnxruntime failed (no kernel for Softmax)",
    ...["2.50 (2.50 to 2.50)", "25 %"],
  ]);
  expect(page).toContain("On SwiftShader 5.0, 2 processors, Node 20.19.0, 2026-01-02: 3 runs of 1 s for each shape.");
  expect(page).toContain("onnxruntime was not measured: no adapter.");
  expect(page).not.toContain("old");
});

test("files of several tasks on the same adapter and machine share a table", () => {
  const attention = measured.shapes.map((shape) => ({ ...shape, task: "attention" }));
  const page = withPeers("<!-- figures of npm run bench:peers -->\n<!-- end of figures -->\n", [
    measured,
    { ...measured, adapter: "lavapipe" },
    { ...measured, date: "2026-01-03", absent: { tfjs: "no adapter" }, shapes: attention },
  ]);
  expect(page.match(/^On .*: 3 runs/gm)).toEqual([
    "On SwiftShader 5.0, 2 processors, Node 20.19.0, 2026-01-03: 3 runs",
    "On lavapipe, 2 processors, Node 20.19.0, 2026-01-02: 3 runs",
  ]);
  expect(page).toContain("onnxruntime was not measured: no adapter. tfjs was not measured: no adapter.");
  expect(page.match(/^\| (softmax|attention) /gm)).toEqual(["| softmax ", "| attention ", "| softmax "]);
});

test("what the terminal prints is at most 80 columns wide, except for errors", () => {
  const text = terminalText(measured);
  const lines = text.split("\n").slice(0, 7);
  expect(lines).toEqual([
    "softmax small (rows=512 cols=256)",
    "  plain                           9.0 ms        relative error 1e-7",
    "  tuned                           4.0 ms        relative error 1e-7",
    "  tfjs                            wrong (relative error 0.050)",
    "  jax-js                          10 ms         relative error 2e-7",
    "  onnxruntime                     failed (no kernel for Softmax)",
    "  fastest peer / tuned 2.50 (2.50 to 2.50), tuned at 25 % of the roofline",
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
