import { describe, expect, it } from "vitest";
import { benchCard } from "./bench-card.ts";
import { browserName } from "./browser-name.ts";
import type { BenchSummary } from "./versions.ts";

const SUMMARY: BenchSummary = {
  ...{ against: "plain", adapter: 'Some <GPU> & "more"', browser: "Chrome 143", clock: "wall-clock", speedup: 2.5 },
  shapes: [
    { name: "small", estimate: 1.25, low: 1.2, high: 1.3, rooflineShare: 0.5 },
    { name: "large", estimate: 5, low: 4.5, high: 5.6, rooflineShare: 0.9 },
  ],
};

describe("the card of a measurement", () => {
  it("names ratio, intervals, roofline, adapter, browser and clock", () => {
    expect(benchCard("Row softmax", SUMMARY).text).toBe(`Row softmax: 2.50× the speed of Kernelmark's plain kernel
small: 1.25× (95 %: 1.20× to 1.30×), 50 % of the roofline
large: 5.00× (95 %: 4.50× to 5.60×), 90 % of the roofline
Some <GPU> & "more", Chrome 143, wall clock`);
  });

  it("escapes what it draws", () => {
    const { picture } = benchCard("Row <b>", SUMMARY);
    expect(picture).toContain("Row &lt;b&gt;");
    expect(picture).toContain("Some &lt;GPU&gt; &amp; ");
    expect(picture).not.toMatch(/<b>|<GPU>/);
  });

  it("draws larger ratios further to the right", () => {
    const places = [...benchCard("", SUMMARY).picture.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(places).toHaveLength(2);
    expect(places[0]).toBeLessThan(places[1]!);
  });
});

describe("a browser's name", () => {
  const chrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";
  it.each([
    [chrome, "Chrome 143"],
    [`${chrome} Edg/143.0.0.0`, "Edge 143"],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:147.0) Gecko/20100101 Firefox/147.0", "Firefox 147"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
      "Safari 26",
    ],
    ["curl/8", "another browser"],
  ])("%s is that of %s", (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});
