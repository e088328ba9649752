import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { escapeHtml } from "./escape.ts";
import { packedData } from "./packed.ts";
import { pageHtml, pagePieces } from "./page-shell.ts";

test("escapes text, in elements and in attributes", () => {
  expect(escapeHtml(`<b title="x" class='y'>&amp;</b>`)).toBe(
    "&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;",
  );
});

test("only the page's own script may run, and it cannot end early", () => {
  const html = pageHtml({ title: "</title><script>", style: "", body: "", script: `run("</script><!--")` });
  expect(html).toContain("<title>&lt;/title&gt;&lt;script&gt;</title>");
  const script = /<script>(.*)<\/script>/.exec(html)![1]!;
  expect(script).toBe(String.raw`run("<\/script><\!--")`);
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
  expect(policy).toContain("default-src &#39;none&#39;");
  expect(policy).toContain(`script-src &#39;sha256-${hash}&#39;`);
});

test("a page without a script runs none", () => {
  expect(pageHtml({ title: "", style: "", body: "" })).toContain("script-src &#39;none&#39;");
});

test("what comes after the script is not joined", () => {
  const pieces = [...pagePieces({ title: "", style: "", body: "", script: "run()", rest: ["<p>1</p>", "<p>2</p>"] })];
  expect(pieces.slice(1)).toEqual(["<p>1</p>", "<p>2</p>", "</body>\n</html>\n"]);
  expect(pieces[0]!.endsWith("<script>run()</script>\n")).toBe(true);
});

test("data in a page has only characters without meaning in HTML", () => {
  const island = packedData("head", { text: "</script><script>alert(1)</script>" });
  expect(island).toMatch(/^<script type="text\/plain" id="head">[A-Za-z0-9+/=]+<\/script>\n$/);
});
