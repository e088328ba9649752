import { expect, test } from "vitest";
import { exampleText, findExamples, withoutVariation, withTexts } from "./examples.ts";

const PAGE = [
  "# Page",
  "<!-- output: npx kernelmark tasks -->",
  "```text",
  "$ npx kernelmark tasks",
  "old",
  "```",
  "Between.",
  "<!-- output, first 2 paragraphs: npx kernelmark check a.ts -->",
  "```text",
  "```",
  "End.",
].join("\n");

test("an example is a marker and the block after it", () => {
  expect(findExamples(PAGE, "page.md")).toEqual([
    { command: "npx kernelmark tasks", paragraphs: undefined, from: 2, to: 6, text: "$ npx kernelmark tasks\nold" },
    { command: "npx kernelmark check a.ts", paragraphs: 2, from: 8, to: 10, text: "" },
  ]);
});

test("blocks get the program's output, and the rest stays", () => {
  const examples = findExamples(PAGE, "page.md");
  const texts = examples.map((example) => exampleText(example, "one\n\ntwo\n\nthree\n"));
  const page = withTexts(PAGE, examples, texts);
  expect(page.split("\n")).toEqual([
    ..."# Page\n<!-- output: npx kernelmark tasks -->\n```text\n$ npx kernelmark tasks\none\n\ntwo\n\nthree\n```".split(
      "\n",
    ),
    "Between.",
    "<!-- output, first 2 paragraphs: npx kernelmark check a.ts -->",
    ..."```text\n$ npx kernelmark check a.ts\none\n\ntwo\n```\nEnd.".split("\n"),
  ]);
  expect(findExamples(page, "page.md").map(({ text }) => text)).toEqual(texts);
});

test.each([
  ["output without a marker", "    $ npx kernelmark tasks", "page.md:1: the output has no marker."],
  ["a marker without a block", "<!-- output: npx kernelmark tasks -->\n\n```\n```", "page.md:1: no fenced block"],
  ["a block without an end", "<!-- output: npx kernelmark tasks -->\n```text", "page.md:1: no fenced block"],
  ["a marker for another program", "<!-- output: rm -r . -->\n```\n```", "page.md:1: the marker cannot be read."],
])("%s is refused", (_, page, message) => {
  expect(() => findExamples(page, "page.md")).toThrow(message);
});

test("times, ratios, dates and adapters may vary, and nothing else", () => {
  const text = (time: string, share: string, date: string, adapter: string) =>
    `${time.padStart(9)}  1.${share.length}0x  largest error ${share} of allowed\n${date} on ${adapter}, 3 of 4`;
  const one = text("12.2 ms", "less than 1 %", "2026-11-25", "SwiftShader driver 5.0.0");
  expect(withoutVariation(text("1,340 µs", "12 %", "2027-01-02T03:04:05.678Z", "llvmpipe (LLVM 19)"))).toBe(
    withoutVariation(one),
  );
  expect(withoutVariation(one.replace("3 of 4", "2 of 4"))).not.toBe(withoutVariation(one));
  expect(withoutVariation("75 of 91 elements")).toBe("75 of 91 elements");
  expect(withoutVariation("1.2e-38")).toBe("1.2e-38");
});
