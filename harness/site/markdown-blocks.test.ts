import { describe, expect, it } from "vitest";
import { markdownBlocks } from "./markdown-blocks.ts";

describe("Markdown for pages", () => {
  it("becomes paragraphs, formulas, lists and tables", () => {
    const text = "Turn `x`\ninto **y**:\n\n    y = exp(x)\n\n- one\n- two\n\n| a | b |\n| - | - |\n| 1 | `2` |\n";
    expect(markdownBlocks(text)).toEqual([
      {
        kind: "paragraph",
        content: ["Turn ", { kind: "code", text: "x" }, " into ", { kind: "strong", content: ["y"] }, ":"],
      },
      { kind: "code", language: "", text: "y = exp(x)" },
      {
        kind: "list",
        isOrdered: false,
        items: ["one", "two"].map((item) => [{ kind: "paragraph", content: [item] }]),
      },
      { kind: "table", head: [["a"], ["b"]], rows: [[["1"], [{ kind: "code", text: "2" }]]] },
    ]);
  });

  it("keeps links to https and to pages of the site, and only the words of others", () => {
    const text = "[a](https://a.example/) [b](tutorial.md) [c](javascript:alert(1)) [d](other.md)";
    const target = (link: string) => (link === "tutorial.md" ? "#/tutorial/1" : undefined);
    expect(markdownBlocks(text, target)).toEqual([
      {
        kind: "paragraph",
        content: [
          { kind: "link", to: "https://a.example/", content: ["a"] },
          " ",
          { kind: "link", to: "#/tutorial/1", content: ["b"] },
          ...[" ", "c", " ", "d"],
        ],
      },
    ]);
  });

  it("leaves HTML out", () => {
    expect(markdownBlocks("<script>alert(1)</script>\n\na <b>c</b>")).toEqual([
      { kind: "paragraph", content: ["a ", "c"] },
    ]);
  });
});
