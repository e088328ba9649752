import { attemptDetail, caseHead } from "../../report/html/attempt-detail.ts";
import { AttemptExplanation } from "../../report/html/browser/attempt-explanation.tsx";
import { CaseTable } from "../../report/html/browser/case-table.tsx";
import { Sentence, VerdictBadge } from "../../report/html/browser/names.tsx";
import { PlanLog } from "../../report/html/browser/plan-log.tsx";
import { verdictWords } from "../../report/terminal/verdict-words.ts";
import { capital } from "../../text/capital.ts";
import type { Checked } from "./check-runner.ts";
import { nextStepHere } from "./next-step-here.ts";
import { NumbersView } from "./numbers-view.tsx";

export const VERDICT_HEADING = "verdict";

interface VerdictViewProps {
  readonly checked: Checked;
  readonly seed: string;
  readonly next: NextPlace | undefined;
}

/** Where to go once a kernel is accepted. */
export interface NextPlace {
  readonly address: string;
  readonly title: string;
}

/** A checked submission, as on the pages of a run. */
export function VerdictView({ checked, seed, next }: VerdictViewProps) {
  const { attempt, numbers } = checked;
  const { verdict, mistake, cases: results } = attempt;
  const detail = attemptDetail(attempt, []);
  const cases = results.map(caseHead);
  const isAccepted = verdict === "accepted";
  return (
    <div class="verdict" data-verdict={verdict}>
      <section>
        <h2 id={VERDICT_HEADING} tabIndex={-1}>
          Verdict
        </h2>
        <p>
          <VerdictBadge verdict={verdict} /> <span class="soft">{verdictWords[verdict]}</span>
        </p>
        {isAccepted && (
          <p>
            <Sentence text={detail.message} />
          </p>
        )}
      </section>
      <AttemptExplanation verdict={verdict} detail={detail} mistake={mistake} cases={cases} />
      {numbers !== null && (
        <NumbersView numbers={numbers} about={cases.find(({ index }) => index === numbers.caseIndex)} />
      )}
      <section>
        <h2>Next step</h2>
        <p>
          <Sentence text={capital(nextStepHere(attempt))} />
        </p>
        {isAccepted && next !== undefined && (
          <p>
            <a href={next.address}>{next.title} →</a>
          </p>
        )}
      </section>
      {cases.length > 0 && (
        <details open={!isAccepted}>
          <summary>
            <h2>Cases</h2>
          </summary>
          <CaseTable task={{ cases }} cases={detail.cases} />
        </details>
      )}
      <PlanLog log={detail.log} />
      <p class="soft small">
        Practice only: marks come from <code>kernelmark grade</code>. The same inputs in a terminal:{" "}
        <code>
          kernelmark check {attempt.file} --seed {seed}
        </code>
      </p>
    </div>
  );
}
