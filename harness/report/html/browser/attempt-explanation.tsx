import type { Attempt } from "../../../results/attempt.ts";
import type { Verdict } from "../../../results/verdict.ts";
import { capital } from "../../../text/capital.ts";
import { alsoFailing, headlineCase } from "../../headline.ts";
import type { AttemptDetail, CaseHead } from "../index-data.ts";
import { EvidenceView } from "./evidence-view.tsx";
import { Sentence } from "./names.tsx";
import { SentenceList } from "./sentence-list.tsx";

interface AttemptExplanationProps {
  readonly verdict: Verdict;
  readonly detail: Pick<AttemptDetail, "message" | "evidence" | "findings" | "cases">;
  readonly mistake: Pick<NonNullable<Attempt["mistake"]>, "about" | "hint"> | null;
  /** All cases of the task. */
  readonly cases: readonly CaseHead[];
}

/** What failed, its likely cause, and what else was observed; nothing for an accepted attempt. */
export function AttemptExplanation({ verdict, detail, mistake, cases }: AttemptExplanationProps) {
  const attempt = { verdict, cases: detail.cases };
  const telling = headlineCase(attempt);
  const evidence = telling?.evidence ?? detail.evidence;
  const headOf = (index: number) => cases.find((one) => one.index === index);
  const about = telling && headOf(telling.index);
  return (
    <>
      {verdict !== "accepted" && (
        <section>
          <h2>Failure</h2>
          <p class="message">
            <Sentence text={detail.message} />
          </p>
          {about !== undefined && (
            <p class="soft small">
              First failing case: {about.sizes}, {about.data} data ({about.group}).{" "}
              {alsoFailing(attempt, ({ index }) => headOf(index)?.group ?? "")}
            </p>
          )}
          {evidence !== null && <EvidenceView evidence={evidence} />}
        </section>
      )}
      {mistake !== null && (
        <section class="callout">
          <h2>Likely cause</h2>
          <p>
            <Sentence text={capital(mistake.about)} />.
          </p>
          <p class="soft">
            <Sentence text={mistake.hint} />
          </p>
        </section>
      )}
      {detail.findings.length > 0 && (
        <section>
          <h2>Other observations</h2>
          <SentenceList sentences={detail.findings} />
        </section>
      )}
    </>
  );
}
