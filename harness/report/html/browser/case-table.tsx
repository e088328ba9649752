import { describeWrongElements } from "../../../results/evidence.ts";
import type { CaseDetail, CaseHead, TaskHead } from "../index-data.ts";
import { EvidenceView } from "./evidence-view.tsx";
import { Foreign, NumberCell, RemarkCell } from "./names.tsx";
import { type Column, factorColumn, percentColumn } from "./numbers.ts";
import { toneOf, verdictSigns } from "./verdict-signs.ts";
import { WideTable } from "./wide-table.tsx";

/** Every case, by group, since points are given for whole groups. */
export function CaseTable({ task, cases }: CaseTableProps) {
  const results = new Map(cases.map((result) => [result.index, result]));
  const shown: Columns = {
    shares: percentColumn(cases.map(({ share }) => share)),
    means: factorColumn(cases.map(({ precision }) => precision)),
  };
  const groups = [...new Set(task.cases.map(({ group }) => group))];
  return (
    <WideTable about="Table of cases">
      <table class="cases full stacked">
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
            columns={shown}
          />
        ))}
      </table>
      <p class="soft small">
        The largest error is a share of the allowed error of its element; the mean error (root mean square) is a
        multiple of the plain kernel's, and counts on <code>plain</code> data only.
      </p>
    </WideTable>
  );
}

interface CaseTableProps {
  readonly task: Pick<TaskHead, "cases">;
  readonly cases: readonly CaseDetail[];
}

interface Columns {
  readonly shares: Column;
  readonly means: Column;
}

interface GroupProps {
  readonly group: string;
  readonly members: readonly CaseHead[];
  readonly results: ReadonlyMap<number, CaseDetail>;
  readonly columns: Columns;
}

function Group({ group, members, results, columns }: GroupProps) {
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
        <CaseRow key={one.index} about={one} result={results.get(one.index)} columns={columns} />
      ))}
    </tbody>
  );
}

interface CaseRowProps {
  readonly about: CaseHead;
  readonly result: CaseDetail | undefined;
  readonly columns: Columns;
}

function CaseRow({ about, result, columns }: CaseRowProps) {
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
          <NumberCell label="Largest error" text={columns.shares(result.share)} />
          <NumberCell label="Mean error" text={columns.means(about.data === "plain" ? result.precision : null)} />
          <CaseRemark result={result} />
        </>
      )}
    </tr>
  );
}

function CaseRemark({ result: { message, evidence, remarks } }: { readonly result: CaseDetail }) {
  const said = message === "" && evidence?.kind === "wrong-elements" ? `${describeWrongElements(evidence)}.` : message;
  const text = [said, ...remarks].filter((part) => part !== "").join(" ");
  if (evidence?.kind !== "wrong-elements" || evidence.picture.length === 0) return <RemarkCell text={text} />;
  return (
    <td class="stretch soft">
      <details>
        <summary>
          <Foreign text={text} />
        </summary>
        <EvidenceView evidence={evidence} />
      </details>
    </td>
  );
}
