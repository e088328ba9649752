import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import { markdownCode, markdownInlineCode, markdownText } from "./markdown-text.ts";

/** As GitHub renders it, HTML included. */
function render(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

function shownText(html: string): string {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return html.replace(/<\/?(p|code)>/g, "").replace(/&(amp|lt|gt|quot);/g, (_, name) => names[name]!);
}

const HOSTILE = [
  "# heading",
  "1. one",
  "- [x] done",
  "> quote",
  "***bold*** __bold__ ~~gone~~",
  "[click](javascript:alert(1)) ![](https://evil.example/x.png)",
  "<script>alert(1)</script> <img src=x onerror=alert(1)> <!-- gone",
  "https://evil.example www.evil.example a@evil.example @everyone #1 GH-1",
  "a | b | c",
  "---",
  "===",
  "```\n# out",
  "&lt;b&gt; &#64;",
  "\\*not escaped\\*",
  "back`tick",
  "[^1]: note",
  "    indented",
  "\u202ertl \u001b[2J",
];

test.each(HOSTILE)("%j is shown as text", (text) => {
  const html = render(`Said: ${markdownText(text)}`);
  const printed = text.replace(
    /\p{Cc}|\p{Bidi_Control}/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  expect(shownText(html)).toBe(`Said: ${printed}`);
  expect(html.replace(/<\/?(p|code)>/g, "")).not.toMatch(/[<>]/);
});

test("hostile text stays in its line, its list item and its cell", () => {
  const all = HOSTILE.map(markdownText);
  const cells = render(`| a | b |\n|---|---|\n${all.map((text) => `| ${text} | end |`).join("\n")}`);
  expect(cells.match(/<td>end<\/td>/g)).toHaveLength(HOSTILE.length);
  expect(render(all.map((text) => `- ${text}`).join("\n")).match(/<li>/g)).toHaveLength(HOSTILE.length);
});

test("text between backticks becomes code", () => {
  expect(render(markdownText("elements of `y[0]` are <wrong>"))).toBe(
    "<p>elements of <code>y[0]</code> are &lt;wrong&gt;</p>",
  );
  expect(render(markdownInlineCode("a`b|c"))).toBe("<p><code>a`b|c</code></p>");
});

test("a mention becomes code, which GitHub does not search", () => {
  expect(render(markdownText("ask @alice"))).toBe("<p>ask <code>@</code>alice</p>");
});

test("code cannot end its block", () => {
  const html = render(markdownCode("> 1 | ```\n````js\n# </code></pre>\u001b[2J"));
  expect(html).toBe(
    '<pre><code class="language-text">&gt; 1 | ```\n````js\n# &lt;/code&gt;&lt;/pre&gt;\\u{1b}[2J\n</code></pre>',
  );
});
