import { VERDICTS } from "../../harness/results/verdict.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import type { Threat } from "./threats.ts";

/** `docs/threats.md`: the attacks, their barriers, and the submissions that test them. */
export function threatsPage(threats: readonly Threat[], corpus: readonly Entry[]): string {
  const sections = threats.map(({ row, attempt, barrier, elsewhere }) => {
    const entries = corpus
      .filter((known) => known.row === row)
      .sort((a, b) => VERDICTS.indexOf(a.expect[0]!) - VERDICTS.indexOf(b.expect[0]!))
      .map(
        ({ name, task, expect, idea, file }) =>
          `- [${name}](../${file}) (${task}) gets \`${expect.join("` or `")}\`: ${idea}`,
      );
    if (row === 9)
      entries.push(
        "- generated for every task: zeros, a constant, the mean of an input, a copy of an input. Each gets `wrong-answer`, and is wrong on every case with more than one element.",
      );
    if (elsewhere.length > 0) entries.push(`- tests: ${elsewhere.map((path) => `\`${path}\``).join(", ")}`);
    return `## ${row}. ${attempt[0]!.toUpperCase()}${attempt.slice(1)}\n\n${barrier}\n\n${entries.join("\n")}\n`;
  });
  return `# Threats

Known attacks by dishonest or broken submissions, the barrier against each, and the tests that show that it holds. Most
attacks come from public graders of GPU kernels; a submission's \`from\` names the source. This page is generated from
\`scripts/redteam/threats.ts\` and the submissions in \`redteam/\`.

    npm run redteam

grades them all, together with 40 honest kernels, in one run, and lists the caught, the missed and the falsely accused.
To add a row or a submission, edit those files and run \`npm run schema\`, which rewrites this page.

The last full run was on 29 November 2026, on SwiftShader with two cores: 191 hostile and 40 honest submissions in 6.4
minutes. All hostile ones got their expected verdicts, and no honest one was accused. The run before, on SwiftShader and
on lavapipe, had missed one, on both: zeros passed one case of a new task, rbf-kernel. Such cases are refused now.

${sections.join("\n")}`;
}
