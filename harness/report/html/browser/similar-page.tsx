import { useEffect, useState } from "preact/hooks";
import type { SimilarFragment, SourceLines } from "../../../similarity/similar-pair.ts";
import type { SimilarHead, SourceText } from "../index-data.ts";
import { loadAttempt } from "./attempt-page.tsx";
import { AttemptLink, CandidateName, Foreign, TaskLink } from "./names.tsx";
import { percent, percentColumn } from "./numbers.ts";
import { formatRoute } from "./routes.ts";
import { useRun } from "./run-model.ts";
import { CodeLines } from "./source-view.tsx";
import { WideTable } from "./wide-table.tsx";

export function SimilarPage({ pair }: { readonly pair: number | null }) {
  const { similar } = useRun();
  const chosen = pair === null ? undefined : similar[pair];
  return (
    <>
      <section class="lead">
        {chosen !== undefined && (
          <p class="crumbs">
            <a href="#similar">Similar submissions</a>
          </p>
        )}
        <h1 tabIndex={-1}>{chosen === undefined ? "Similar submissions" : <PairTitle pair={chosen} />}</h1>
        <p class="soft">
          Similar beyond the common code of the starter and the task. Similarity is not proof of copying: read both
          before you talk to the candidates.
        </p>
      </section>
      {chosen === undefined ? <PairTable /> : <SideBySide pair={chosen} />}
    </>
  );
}

function PairTitle({ pair: { a, b, task, similarity } }: { readonly pair: SimilarHead }) {
  const run = useRun();
  return (
    <>
      <CandidateName candidate={a} /> and <CandidateName candidate={b} />{" "}
      <span class="soft">
        · {run.tasks[task]!.name}, {percent(similarity)} similar
      </span>
    </>
  );
}

function PairTable() {
  const { similar } = useRun();
  const similarities = percentColumn(similar.map(({ similarity }) => similarity));
  if (similar.length === 0)
    return <p class="empty">No two submissions are similar beyond the common code of the task.</p>;
  return (
    <WideTable about="Table of pairs">
      <table class="full">
        <thead>
          <tr>
            <th scope="col" class="number">
              Similarity
            </th>
            <th scope="col">Candidates</th>
            <th scope="col">Task</th>
            <th scope="col" class="number">
              Matching parts
            </th>
          </tr>
        </thead>
        <tbody>
          {similar.map(({ task, a, b, similarity, fragments }, place) => (
            <tr key={`${task} ${a} ${b}`}>
              <td class="number">
                <strong>{similarities(similarity)}</strong>
              </td>
              <th scope="row">
                <a href={formatRoute({ view: "similar", pair: place })}>
                  <CandidateName candidate={a} /> and <CandidateName candidate={b} />
                </a>
              </th>
              <td>
                <TaskLink task={task} />
              </td>
              <td class="number">{fragments.length}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

type Both = readonly [readonly SourceText[], readonly SourceText[]];

function SideBySide({ pair }: { readonly pair: SimilarHead }) {
  const run = useRun();
  const [sources, setSources] = useState<Both | string>();
  useEffect(() => {
    let isWanted = true;
    loadBoth().then(
      (both) => isWanted && setSources(both),
      (error: Error) => isWanted && setSources(error.message),
    );
    return () => {
      isWanted = false;
    };
    async function loadBoth(): Promise<Both> {
      const heads = [pair.a, pair.b].map((candidate) => run.attempt(candidate, pair.task)!);
      const [a, b] = await Promise.all(heads.map((head) => loadAttempt(run, head)));
      return [a!.files, b!.files];
    }
  }, [run, pair]);
  if (sources === undefined) return <p class="soft">…</p>;
  if (typeof sources === "string") return <p role="alert">{sources}</p>;
  return (
    <div class="compare">
      <Side candidate={pair.a} task={pair.task} files={sources[0]} ranges={pair.fragments.map(sideA)} />
      <Side candidate={pair.b} task={pair.task} files={sources[1]} ranges={pair.fragments.map(sideB)} />
    </div>
  );
}

const sideA = ({ a }: SimilarFragment) => a;
const sideB = ({ b }: SimilarFragment) => b;

interface SideProps {
  readonly candidate: number;
  readonly task: number;
  readonly files: readonly SourceText[];
  readonly ranges: readonly SourceLines[];
}

function Side({ candidate, task, files, ranges }: SideProps) {
  const compared = files.filter(({ name }) => ranges.some(({ file }) => file === name));
  return (
    <section>
      <h2>
        <AttemptLink candidate={candidate} task={task} />
      </h2>
      {compared.map(({ name, text }) => (
        <div key={name}>
          <h3>
            <Foreign text={name} />
          </h3>
          <CodeLines
            text={text}
            name={name}
            marked={(line) =>
              ranges.some(({ file, fromLine, toLine }) => file === name && fromLine <= line && line <= toLine)
            }
            word="matching"
          />
        </div>
      ))}
    </section>
  );
}
