import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { createColors } from "picocolors";
import { expect, test } from "vitest";
import type { PullRequestOutcome } from "../../pull-request/outcome.ts";
import { defaultAssignment } from "../../results/assignment.ts";
import type { Attempt } from "../../results/attempt.ts";
import { madeUpAttempt, madeUpRun } from "../../testing/made-up-run.ts";
import { jobSummary } from "./job-summary.ts";
import { pullRequestText } from "./pull-request-text.ts";

const attempt = (changes: Partial<Attempt>) =>
  madeUpAttempt("ada", "softmax", "accepted", { message: "Right.", cases: [], caseCount: 3, ...changes });

function graded(attempts: readonly Attempt[], changes: Partial<PullRequestOutcome & { state: "graded" }> = {}) {
  const outcome: PullRequestOutcome = {
    state: "graded",
    submissions: "submissions",
    candidate: "ada",
    results: madeUpRun(attempts, { assignment: defaultAssignment(["softmax"]), caseGroups: {} }),
    marks: { isIndicative: false, candidates: [], possible: {}, max: 0, remarks: [] },
    problems: [],
    remarks: [],
    unchanged: [],
    stoppedBy: undefined,
    ...changes,
  };
  return outcome;
}

function render(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

const FRAME = "> 1 | let x = `</code>``` <script>;\n    |         ^";

test("the worst comes first, with its place, its code and the next step", () => {
  const wrong = attempt({
    task: "attention",
    verdict: "compile-error",
    message: "No `wieght`.",
    evidence: { kind: "source", file: "deep/attention.wgsl", line: 26, column: 12, frame: FRAME },
    log: "logged\n```\n<b>",
  });
  const html = render(jobSummary(graded([attempt({ verdict: "imprecise" }), wrong, attempt({ task: "gmm-fit" })])));
  expect(html).toContain("❌ 1 of 3 changed submissions is accepted.");
  expect(html.indexOf("<h3><code>attention</code>: compile-error")).toBeGreaterThan(0);
  expect(html.indexOf("<h3><code>attention</code>")).toBeLessThan(html.indexOf("<h3><code>softmax</code>"));
  expect(html).toContain("<p>No <code>wieght</code>.</p>");
  expect(html).toContain("<p><code>submissions/ada/deep/attention.wgsl:26</code></p>");
  expect(html).toContain("let x = `&lt;/code&gt;``` &lt;script&gt;;");
  expect(html).toContain("logged\n```\n&lt;b&gt;");
  expect(html).not.toContain("<h3><code>gmm-fit");
  expect(html).toContain("<strong>Next step:</strong> fix the error shown above first");
});

test("an accepted submission", () => {
  const summary = jobSummary(
    graded([attempt({})], { unchanged: ["attention"], remarks: ["`ada/sofmax.ts` is <no> task."] }),
  );
  const html = render(summary);
  expect(html).toContain("✅ The submission is accepted.");
  expect(html).toContain("Not graded again, because unchanged: <code>attention</code>.");
  expect(html).toContain("<code>ada/sofmax.ts</code> is &lt;no&gt; task.");
  expect(html).toContain("<code>kernelmark check &lt;file&gt; --seed 5eed</code>");
});

test("it stays below 1 MiB, and says that it is truncated", () => {
  const many = Array.from({ length: 400 }, () => attempt({ verdict: "plan-error", log: "界".repeat(1_300) }));
  const summary = jobSummary(graded(many));
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
  expect(Buffer.byteLength(summary)).toBeGreaterThan(512 * 1024);
  expect(summary.trimEnd().split("\n").at(-1)).toBe("*Summary truncated: the log has the rest.*");
});

test("a refusal lists its problems, escaped", () => {
  const path = "a|b`</code><img src=x>";
  const problems = Array.from({ length: 60 }, () => ({ path, reason: "It is *outside* `x`." }));
  const html = render(jobSummary({ state: "refused", problems, isShallow: true }));
  expect(html).toContain("❌ The pull request is refused; nothing was graded.");
  expect(html).toContain("<li><code>a|b`&lt;/code&gt;&lt;img src=x&gt;</code>: It is *outside* <code>x</code>.</li>");
  expect(html.match(/<li>/g)).toHaveLength(51);
  expect(html).toContain("<li>and 10 more</li>");
  expect(html).toContain("This clone is shallow.");
});

test("a terminal gets a line for an accepted submission, and details of the others", () => {
  const style = { colors: createColors(false), width: 80 };
  const outcome = graded([attempt({ task: "gmm-fit" }), attempt({ verdict: "plan-error", message: "It threw." })], {
    problems: [{ path: "submissions/ada/attention.js", reason: "There are two." }],
    unchanged: ["attention"],
  });
  expect(pullRequestText(outcome, style)).toBe(`gmm-fit: accepted, all cases pass

softmax: plan-error, plan function failed, or its plan is invalid

It threw.

Next step: fix the field named above; output of \`console.log\` in the plan
  function appears here.

Not graded
submissions/ada/attention.js
  There are two.

Not graded again, because unchanged: attention.

Repeat with the same inputs:
  kernelmark check <file> --seed 5eed

1 of 3 changed submissions is accepted.`);
});
