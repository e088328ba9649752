import { describeWrongElements } from "../../../results/evidence.ts";
import type { CaseDetail, CaseHead, TaskHead } from "../index-data.ts";
import { EvidenceView } from "./evidence-view.tsx";
import { Foreign } from "./names.tsx";
import { percent, threeDigits } from "./numbers.ts";
import { toneOf, verdictSigns } from "./verdict-signs.ts";

/** Every case, by group, since points are given for whole groups. */
export function CaseTable({ task, cases }: { readonly task: TaskHead; readonly cases: readonly CaseDetail[] }) {
  const results = new Map(cases.map((result) => [result.index, result]));
  const groups = [...new Set(task.cases.map(({ group }) => group))];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard
    <section class="scroll wide" tabIndex={0} aria-label="Table of cases">
      <table class="cases full">
        <thead>
          <tr>
            <th scope="col">Case</th>
            <th scope="col">Data</th>
            <th scope="col">Verdict</th>
            <th scope="col" class="number">
              Largest error
            </th>
            <th scope="col" class="number">
              Mean error
            </th>
            <th scope="col" class="stretch">
              Note
            </th>
          </tr>
        </thead>
        {groups.map((group) => (
          <Group
            key={group}
            group={group}
            members={task.cases.filter((one) => one.group === group)}
            results={results}
          />
        ))}
      </table>
      <p class="soft small">
        The largest error is a share of the allowed error of its element; the mean error (root mean square) is a
        multiple of the plain kernel's, and counts on <code>plain</code> data only.
      </p>
    </section>
  );
}

interface GroupProps {
  readonly group: string;
  readonly members: readonly CaseHead[];
  readonly results: ReadonlyMap<number, CaseDetail>;
}

function Group({ group, members, results }: GroupProps) {
  const right = members.filter(({ index }) => results.get(index)?.verdict === "accepted").length;
  const isWhole = right === members.length;
  return (
    <tbody>
      <tr class="group">
        <th scope="rowgroup" colSpan={6}>
          <span class={`sign ${isWhole ? "good" : "bad"}`} aria-hidden="true">
            {isWhole ? "✓" : "✗"}
          </span>{" "}
          {group}{" "}
          <span class="soft">
            {right} of {members.length} passed
          </span>
        </th>
      </tr>
      {members.map((one) => (
        <CaseRow key={one.index} about={one} result={results.get(one.index)} />
      ))}
    </tbody>
  );
}

function CaseRow({ about, result }: { readonly about: CaseHead; readonly result: CaseDetail | undefined }) {
  return (
    <tr>
      <th scope="row">{about.sizes}</th>
      <td>{about.data}</td>
      {result === undefined ? (
        <td class="soft" colSpan={4}>
          not run
        </td>
      ) : (
        <>
          <td class={`nowrap ${toneOf(result.verdict)}`}>
            <span aria-hidden="true">{verdictSigns[result.verdict]} </span>
            {result.verdict}
          </td>
          <td class="number">{result.share === null ? "–" : percent(result.share)}</td>
          <td class="number">
            {result.precision === null || about.data !== "plain" ? "–" : `${threeDigits(result.precision)}×`}
          </td>
          <td class="stretch soft">
            <CaseRemark result={result} />
          </td>
        </>
      )}
    </tr>
  );
}

function CaseRemark({ result: { message, evidence, remarks } }: { readonly result: CaseDetail }) {
  const said = message === "" && evidence?.kind === "wrong-elements" ? `${describeWrongElements(evidence)}.` : message;
  const text = [said, ...remarks].filter((part) => part !== "").join(" ");
  if (evidence?.kind !== "wrong-elements" || evidence.picture.length === 0) return <Foreign text={text} />;
  return (
    <details>
      <summary>
        <Foreign text={text} />
      </summary>
      <EvidenceView evidence={evidence} />
    </details>
  );
}
