import { VerdictBadge } from "../../report/html/browser/names.tsx";
import { factor, time } from "../../report/html/browser/numbers.ts";
import { WideTable } from "../../report/html/browser/wide-table.tsx";
import type { SubmissionTexts } from "../site-data.ts";
import { store, useStored } from "./browser-store.ts";
import { hasSameFiles, MOST_VERSIONS, type Outcome, type Version } from "./versions.ts";

interface VersionListProps {
  readonly place: string;
  /** The texts in the editors. */
  readonly current: SubmissionTexts;
  onRestore(version: Version): void;
}

/** Earlier submissions for a task, with what became of them. */
export function VersionList({ place, current, onRestore }: VersionListProps) {
  const versions = useStored((from) => from.versions(place));
  const isKept = useStored((from) => from.isKept);
  if (versions.length === 0) return null;
  return (
    <section class="versions" aria-labelledby="versions">
      <h2 id="versions">Your versions</h2>
      <p class="soft small">
        {isKept
          ? `The last ${MOST_VERSIONS} at most, in this browser only.`
          : "This browser keeps nothing more: they last until the page closes."}
      </p>
      <WideTable about="Table of your versions">
        <table class="full stacked">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Outcome</th>
              <th scope="col">
                <span class="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <tr key={version.at}>
                <th scope="row">{time(version.at)}</th>
                <td>
                  <OutcomeView outcome={version.outcome} />
                </td>
                <td>
                  {hasSameFiles(version, current) ? (
                    <span class="soft">in the editors</span>
                  ) : (
                    <button type="button" class="plain" onClick={() => onRestore(version)}>
                      Restore<span class="unseen"> the version of {time(version.at)}</span>
                    </button>
                  )}{" "}
                  <button type="button" class="plain" onClick={() => store.deleteVersion(place, version.at)}>
                    Delete<span class="unseen"> the version of {time(version.at)}</span>
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </section>
  );
}

function OutcomeView({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome.kind) {
    case "replaced":
      return <span class="soft">replaced in the editors</span>;
    case "check":
      return (
        <>
          <VerdictBadge verdict={outcome.verdict} />{" "}
          {outcome.caseCount > 0 && (
            <span class="soft">
              {outcome.passed} of {outcome.caseCount} cases
            </span>
          )}
        </>
      );
    case "bench":
      return (
        <>
          <strong>{factor(outcome.speedup)}</strong> as fast as {outcome.against}{" "}
          <span class="soft">
            {outcome.shapes.map(({ name, low, high }) => `${name} ${factor(low)} to ${factor(high)}`).join(", ")}; on{" "}
            {outcome.adapter}
          </span>
        </>
      );
  }
}
