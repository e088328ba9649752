import { useEffect, useState } from "preact/hooks";
import { headlineCase } from "../../headline.ts";
import { verdictWords } from "../../terminal/verdict-words.ts";
import type { AttemptDetail, AttemptHead, SourceText } from "../index-data.ts";
import { AttemptExplanation } from "./attempt-explanation.tsx";
import { CaseTable } from "./case-table.tsx";
import { MeasurementView } from "./measurement-view.tsx";
import { CandidateLink, CandidateName, Foreign, TaskLink, VerdictBadge } from "./names.tsx";
import { duration, points, time } from "./numbers.ts";
import { PlanLog } from "./plan-log.tsx";
import { type RunModel, useRun } from "./run-model.ts";
import { SourceView } from "./source-view.tsx";

export function AttemptPage({ candidate, task }: { readonly candidate: number; readonly task: number }) {
  const run = useRun();
  const head = run.attempt(candidate, task);
  return (
    <>
      <section class="lead">
        <p class="crumbs">
          <a href="#/">Marks</a>
          <CandidateLink candidate={candidate} />
          <TaskLink task={task} />
        </p>
        <h1 tabIndex={-1}>
          <CandidateName candidate={candidate} /> <span class="soft">·</span> {run.tasks[task]!.name}
        </h1>
        {head === undefined ? <p>Not graded yet.</p> : <Mark head={head} />}
      </section>
      {head !== undefined && <Details head={head} />}
    </>
  );
}

function Mark({ head }: { readonly head: AttemptHead }) {
  const task = useRun().tasks[head.task]!;
  return (
    <>
      <p>
        <VerdictBadge verdict={head.verdict} /> <span class="soft">{verdictWords[head.verdict]}</span>
      </p>
      <p>
        <strong>{points(head.points)}</strong> of {points(head.max)} points
        {task.speed !== null && head.points !== null && (
          <span class="soft">
            {" "}
            · {points(head.correctnessPoints)} for correctness, {points(head.speedPoints)} for speed
          </span>
        )}
        {head.remark !== "" && (
          <span class="soft">
            {" "}
            · <Foreign text={head.remark} />
          </span>
        )}
      </p>
    </>
  );
}

interface Loaded {
  readonly detail: AttemptDetail;
  readonly files: readonly SourceText[];
}

export async function loadAttempt(run: RunModel, { chunk, place }: AttemptHead): Promise<Loaded> {
  const { attempts, files } = await run.chunk(chunk);
  const detail = attempts[place]!;
  return { detail, files: detail.files.map((file) => files[file]!) };
}

function Details({ head }: { readonly head: AttemptHead }) {
  const run = useRun();
  const [loaded, setLoaded] = useState<Loaded | string>();
  useEffect(() => {
    let isWanted = true;
    loadAttempt(run, head).then(
      (value) => isWanted && setLoaded(value),
      (error: Error) => isWanted && setLoaded(error.message),
    );
    return () => {
      isWanted = false;
    };
  }, [run, head]);
  if (loaded === undefined) return <p class="soft">…</p>;
  if (typeof loaded === "string") return <p role="alert">{loaded}</p>;
  return <AttemptView head={head} {...loaded} />;
}

function AttemptView({ head, detail, files }: Loaded & { readonly head: AttemptHead }) {
  const run = useRun();
  const task = run.tasks[head.task]!;
  const group = head.mistake === null ? undefined : run.mistakes[head.mistake];
  const mistake = group?.kind === "known" ? group : null;
  const evidence = headlineCase({ verdict: head.verdict, cases: detail.cases })?.evidence ?? detail.evidence;
  return (
    <>
      <AttemptExplanation verdict={head.verdict} detail={detail} mistake={mistake} cases={task.cases} />
      {detail.measurement !== null && <MeasurementView head={head} measurement={detail.measurement} />}
      {files.length > 0 && (
        <section>
          <h2>Source</h2>
          <SourceView files={files} marks={evidence?.kind === "source" ? [evidence] : []} />
        </section>
      )}
      {task.cases.length > 0 && detail.cases.length > 0 && (
        <section>
          <h2>Cases</h2>
          <CaseTable task={task} cases={detail.cases} />
        </section>
      )}
      <PlanLog log={detail.log} />
      <Facts detail={detail} />
    </>
  );
}

function Facts({ detail }: { readonly detail: AttemptDetail }) {
  const { file, hash, startedAt, durationMs, timings, remarks } = detail;
  return (
    <section>
      <h2>Facts</h2>
      <dl class="facts">
        {remarks.map((remark) => (
          <div key={remark}>
            <dt>Warning</dt>
            <dd>
              <Foreign text={remark} />
            </dd>
          </div>
        ))}
        {file !== "" && (
          <div>
            <dt>File</dt>
            <dd>
              <Foreign text={file} />
            </dd>
          </div>
        )}
        {hash !== "" && (
          <div>
            <dt>SHA-256 of its files</dt>
            <dd>
              <code>{hash}</code>
            </dd>
          </div>
        )}
        <div>
          <dt>Graded</dt>
          <dd>
            {time(startedAt)}, in {duration(durationMs * 1e6)} (bundling {duration(timings.bundleMs * 1e6)}, plans{" "}
            {duration(timings.planMs * 1e6)}, compiling {duration(timings.compileMs * 1e6)}, running{" "}
            {duration(timings.runMs * 1e6)})
          </dd>
        </div>
      </dl>
    </section>
  );
}
