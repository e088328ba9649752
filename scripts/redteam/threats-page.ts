import { VERDICTS } from "../../harness/results/verdict.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";
import type { Threat } from "./threats.ts";

/** `docs/threats.md`: attempts, defences, and the submissions that show them. */
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
    if (elsewhere !== "") entries.push(`- tests: ${elsewhere}`);
    return `## ${row}. ${attempt[0]!.toUpperCase()}${attempt.slice(1)}\n\n${barrier}\n\n${entries.join("\n")}\n`;
  });
  return `# Threats

Known attempts of dishonest and broken submissions, the defence against each, and the tests that show it. Most were
tried on public graders of GPU kernels; a submission's \`from\` names the source of its idea. This page is generated from
\`scripts/redteam/threats.ts\` and the submissions in \`redteam/\`.

    npm run redteam

grades them all, together with 40 honest kernels, in one run, and prints those caught, missed and falsely accused. To
add a row or a submission, add it there and run \`npm run schema\`, which writes this page.

The last full run was on 25 November 2026, on SwiftShader, with two cores that had other work too: 143 hostile and 40
honest submissions in 14 minutes. All hostile ones got the expected verdict, and no honest one was accused. An earlier
run had found that a wrong fit could make the search for its cause fail, and with it the whole judgement.

${sections.join("\n")}`;
}
