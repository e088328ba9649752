import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, test } from "vitest";
import type { Results } from "../../results/results.ts";
import { exampleRun, HOSTILE, SEED } from "../../testing/example-run.ts";
import { madeUpNotTaken } from "../../testing/made-up-run.ts";
import { markRun } from "../mark-run.ts";
import { prose } from "./page-parts.ts";
import { escapeMarkdown, markdownCode, markdownFence } from "./readable-markdown.ts";
import { feedbackPages } from "./write-feedback.ts";

const NOW = new Date("2026-05-05T00:00:00Z");

function pagesOf(candidate: string, results: Results = exampleRun(), only?: string) {
  return feedbackPages(markRun(results, only), candidate, "", NOW);
}

/** The text of a page, without markup. */
function shown(html: string): string {
  const body = html.slice(html.indexOf("<body>"));
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return body.replace(/<[^>]*>/g, " ").replace(/&(\w+|#39);/g, (_, name) => entities[name]!);
}

function rendered(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

describe("a candidate's feedback", () => {
  test("as Markdown", async () => {
    await expect(pagesOf("ada").markdown).toMatchFileSnapshot("example/ada.md.txt");
  });

  test("names files that were not taken, and then never says that nothing was submitted", () => {
    const notTaken = [madeUpNotTaken("ada", "my_gmm.ts", "gmm-fit"), madeUpNotTaken("bea", "secret.ts", "gmm-fit")];
    const { markdown, html } = pagesOf("ada", exampleRun({ notTaken }));
    expect(markdown).toContain(
      "## Not graded\n\nKernelmark found these files of yours, but did not take them:\n\n- `ada/my_gmm.ts`: Its name is not that of a task. Rename it to `gmm-fit.ts`.",
    );
    expect(markdown).toContain("## gmm-fit: 0 of 5 points\n\n**– missing**: Not graded.");
    expect(markdown).toContain("0 for correctness. `ada/my_gmm.ts` was not taken: its name is not that of a task.");
    expect(shown(html)).toContain("ada/my_gmm.ts");
    for (const page of [markdown, html]) {
      expect(page.toLowerCase()).not.toContain("not submitted");
      expect(page).not.toContain("secret.ts");
    }
    expect(pagesOf("ada").markdown).toContain("Not submitted");
  });

  test("is written for candidates of whom nothing was graded", () => {
    const { markdown } = pagesOf("eve", exampleRun({ notTaken: [madeUpNotTaken("eve", "report.pdf", "")] }));
    expect(markdown).toContain("# Feedback for eve\n\nGPU kernels, week 3: nothing was graded.\n\n## Not graded");
  });

  test("has the same content as HTML", () => {
    const text = shown(pagesOf("ada").html).replace(/\s+/g, " ");
    for (const words of [
      "Feedback for Ada Lovelace (ada)",
      "softmax: 8.65 of 10 points",
      "You rank 4 of 6 by speed.",
      "Your kernel is 2.500x as fast as the plain kernel, over 2 shapes (geometric mean).",
      "Scores are not divided by sqrt(dim).",
      "Not submitted.",
      "dim 64 dim 128",
    ]) {
      expect(text).toContain(words);
    }
  });

  test("names no other candidate, and is the same in a report on one candidate", () => {
    const { html, markdown } = pagesOf("ada");
    for (const name of ["bea", "cem", "dan", "eli", "fay", "alert(1)"]) {
      expect(html).not.toContain(name);
      expect(markdown).not.toContain(name);
    }
    expect(pagesOf("ada", exampleRun(), "ada")).toEqual({ html, markdown });
  });

  test("omits ranks if there are too few candidates for anonymity", () => {
    const results = exampleRun();
    const few = results.attempts.filter(({ candidate }) => ["ada", "bea", "cem"].includes(candidate));
    expect(pagesOf("ada", { ...results, attempts: few }).markdown).not.toMatch(/You rank|middle half/);
  });

  test("hides the message of an internal error", () => {
    const { html, markdown } = pagesOf(HOSTILE);
    for (const page of [html, markdown]) {
      expect(page).toContain("Kernelmark failed on this submission");
      expect(page).not.toContain("/home/grader");
    }
  });
});

describe("the seed", () => {
  const withAssignment = (changes: Partial<Results["assignment"]>) =>
    exampleRun({ assignment: { ...exampleRun().assignment, ...changes } });

  test.each([
    ["no deadline is known", {}],
    ["the deadline is in the future", { deadline: "2026-05-05T02:00:01+02:00" }],
  ])("is secret if %s", (_, changes) => {
    const { html, markdown } = pagesOf("ada", withAssignment(changes));
    expect(html + markdown).not.toContain(SEED);
    expect(markdown).toContain("The seed of its inputs is secret while the assignment is open.");
  });

  test.each([
    ["the deadline is over", { deadline: "2026-05-05T01:59:59+02:00" }],
    ["it is practice", { practice: true }],
  ])("is shown if %s", (_, changes) => {
    const { html, markdown } = pagesOf("ada", withAssignment(changes));
    expect(html).toContain(SEED);
    expect(markdown).toContain(SEED);
  });
});

describe("hostile names, messages and files", () => {
  test("are text on a page", () => {
    const { html } = pagesOf(HOSTILE);
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag!.toLowerCase()));
    expect(tags).not.toContain("img");
    expect(tags).not.toContain("script");
    expect(tags).not.toContain("a");
    expect(html).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  test("are text in Markdown", () => {
    const { markdown } = pagesOf(HOSTILE);
    const html = rendered(markdown);
    expect(html).not.toMatch(/<(img|script|a)\b/);
    expect(html).not.toContain("not a heading</h1>");
    expect(markdown).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
    expect([...html.matchAll(/<h1/g)]).toHaveLength(1);
    expect([...html.matchAll(/<h2/g)]).toHaveLength(4);
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  test.each([
    "# heading",
    "- item",
    "1. item",
    "=====",
    "    code",
    "> quoted",
    "| a | b |",
    "[l](http://x) ![i](y) <b>",
    "https://example.org www.example.org a@example.org",
    "**bold** _soft_ ~~gone~~ `code` &amp; \\",
    ":+1: $x$",
  ])("%j stays as it is in Markdown", (text) => {
    const html = rendered(escapeMarkdown(text));
    expect(html).toMatch(/^<p>[^<]*<\/p>$/);
    const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
    expect(html.slice(3, -4).replace(/&(\w+);/g, (_, name) => entities[name]!)).toBe(text.trim());
  });

  test.each(["a", "`", "a`b", "``", "` `", " ", "a | b", ""])("%j stays as it is as code", (text) => {
    const code = /^<p><code>(.*)<\/code><\/p>$/.exec(rendered(markdownCode(text)))?.[1];
    expect(code?.trim()).toBe(text.trim());
  });

  test("cannot end a block of code", () => {
    for (const text of ["```", "a\n````\n# b", "~~~"]) {
      expect(rendered(markdownFence(text))).toBe(`<pre><code class="language-text">${text}\n</code></pre>`);
    }
  });

  test("keep code marked by backticks", () => {
    expect(prose("a `b` c")).toEqual(["a ", { code: "b" }, " c"]);
    expect(prose("a `b` c ` d")).toEqual(["a ", { code: "b" }, " c ` d"]);
    expect(prose("`b`")).toEqual([{ code: "b" }]);
  });
});
