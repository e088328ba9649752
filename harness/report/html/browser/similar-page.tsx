import { useEffect, useState } from "preact/hooks";
import type { SourceLines } from "../../../similarity/similar-work.ts";
import type { SimilarGroupHead, SimilarMemberHead, SimilarPairHead, SourceText } from "../index-data.ts";
import { loadAttempt } from "./attempt-page.tsx";
import { AttemptLink, Foreign, TaskLink } from "./names.tsx";
import { percent } from "./numbers.ts";
import { formatRoute } from "./routes.ts";
import { type RunModel, useRun } from "./run-model.ts";
import { CodeLines } from "./source-view.tsx";
import { WideTable } from "./wide-table.tsx";

/** Members named in a row of the table. */
const NAMES_SHOWN = 4;

interface SimilarPageProps {
  /** A place in the list of groups; null for the list. */
  readonly group: number | null;
  /** A place in the group's pairs. */
  readonly pair: number;
}

export function SimilarPage({ group, pair }: SimilarPageProps) {
  const { similar, tasks } = useRun();
  const chosen = group === null ? undefined : similar.groups[group];
  return (
    <>
      <section class="lead">
        {chosen !== undefined && (
          <p class="crumbs">
            <a href="#similar">Similar submissions</a>
          </p>
        )}
        <h1 tabIndex={-1}>
          {chosen === undefined ? (
            "Similar submissions"
          ) : (
            <>
              {tasks[chosen.task]!.name}: {chosen.members.length} submissions{" "}
              <span class="soft">· {rangeText(chosen)} similar</span>
            </>
          )}
        </h1>
        <p class="soft">
          Similar beyond the common code of the starter and the task. Similarity is not proof of copying: read the
          sources before you talk to the candidates.
        </p>
      </section>
      {chosen === undefined ? <Overview /> : <Group group={chosen} place={group!} pair={pair} />}
    </>
  );
}

/** `40 % to 95 %` */
function rangeText({ highest, lowest }: SimilarGroupHead): string {
  return percent(lowest) === percent(highest) ? percent(highest) : `${percent(lowest)} to ${percent(highest)}`;
}

function Overview() {
  const { groups, omittedGroups, omittedPairs, builtInCode } = useRun().similar;
  return (
    <>
      {builtInCode.length > 0 && <BuiltInTable />}
      {groups.length === 0 ? (
        <p class="empty">No submissions are similar beyond the common code of the task.</p>
      ) : (
        <GroupTable />
      )}
      {omittedGroups > 0 && (
        <p class="soft">
          {omittedGroups} less similar groups are not listed, with {omittedPairs} pairs of submissions.
        </p>
      )}
    </>
  );
}

function GroupTable() {
  const { similar } = useRun();
  return (
    <WideTable about="Table of groups">
      <table class="full">
        <thead>
          <tr>
            <th scope="col" class="number">
              Similarity
            </th>
            <th scope="col" class="number">
              Submissions
            </th>
            <th scope="col">Candidates</th>
            <th scope="col">Task</th>
          </tr>
        </thead>
        <tbody>
          {similar.groups.map((group, place) => (
            <tr key={place}>
              <td class="number">
                <strong>{rangeText(group)}</strong>
              </td>
              <td class="number">{group.members.length}</td>
              <th scope="row">
                <a href={formatRoute({ view: "similar", group: place, pair: 0 })}>
                  <MemberNames members={group.members} />
                </a>
              </th>
              <td>
                <TaskLink task={group.task} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function MemberNames({ members }: { readonly members: readonly SimilarMemberHead[] }) {
  const more = members.length - NAMES_SHOWN;
  const shown = more > 1 ? members.slice(0, NAMES_SHOWN) : members;
  return (
    <>
      {shown.map((member, place) => (
        <span key={memberText(member)}>
          {place > 0 && ", "}
          <Foreign text={memberText(member)} />
        </span>
      ))}
      {more > 1 && ` and ${more} more`}
    </>
  );
}

/** `bob (2025)` if it is of an earlier cohort. */
function memberText({ name, cohort }: SimilarMemberHead): string {
  return cohort === "" ? name : `${name} (${cohort})`;
}

function BuiltInTable() {
  const { builtInCode } = useRun().similar;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard
    <section class="scroll wide" tabIndex={0} aria-label="Code that comes with Kernelmark">
      <h2>Code that comes with Kernelmark</h2>
      <table class="full">
        <thead>
          <tr>
            <th scope="col">Candidate</th>
            <th scope="col">Task</th>
            <th scope="col">Submitted</th>
          </tr>
        </thead>
        <tbody>
          {builtInCode.map(({ candidate, task, source, isVerbatim }) => (
            <tr key={`${candidate} ${task}`}>
              <th scope="row">
                <AttemptLink candidate={candidate} task={task} />
              </th>
              <td>
                <TaskLink task={task} />
              </td>
              <td>
                {source}
                {!isVerbatim && ", with other names or numbers"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface GroupProps {
  readonly group: SimilarGroupHead;
  readonly place: number;
  readonly pair: number;
}

function Group({ group, place, pair }: GroupProps) {
  const chosen = group.pairs[pair] ?? group.pairs[0]!;
  return (
    <>
      <section>
        <h2>Submissions</h2>
        <ul class="plain-list">
          {variantsOf(group).map((members) => (
            <li key={members[0]!.variant}>
              {members.map((member, at) => (
                <span key={memberText(member)}>
                  {at > 0 && ", "}
                  <Member member={member} task={group.task} />
                </span>
              ))}
              {members.length > 1 && <span class="soft"> · the same code</span>}
            </li>
          ))}
        </ul>
      </section>
      {group.pairs.length > 1 && (
        <section>
          <h2>Pairs</h2>
          <ul class="plain-list">
            {group.pairs.map((one, at) => (
              <li key={`${one.a} ${one.b}`}>
                <a
                  href={formatRoute({ view: "similar", group: place, pair: at })}
                  aria-current={one === chosen ? "true" : undefined}
                >
                  <Foreign text={memberText(group.members[one.a]!)} /> and{" "}
                  <Foreign text={memberText(group.members[one.b]!)} />
                </a>
                <span class="soft"> · {percent(one.similarity)} similar</span>
              </li>
            ))}
          </ul>
          {group.omittedPairs > 0 && <p class="soft">{group.omittedPairs} less similar pairs are not listed.</p>}
        </section>
      )}
      <SideBySide group={group} pair={chosen} />
    </>
  );
}

/** The members by variant, the largest first. */
function variantsOf({ members }: SimilarGroupHead): SimilarMemberHead[][] {
  const variants = new Map<number, SimilarMemberHead[]>();
  for (const member of members) variants.set(member.variant, [...(variants.get(member.variant) ?? []), member]);
  return [...variants.values()].sort((a, b) => b.length - a.length);
}

function Member({ member, task }: { readonly member: SimilarMemberHead; readonly task: number }) {
  if (member.candidate === null) return <Foreign text={memberText(member)} />;
  return <AttemptLink candidate={member.candidate} task={task} />;
}

type Both = readonly [readonly SourceText[], readonly SourceText[]];

function SideBySide({ group, pair }: { readonly group: SimilarGroupHead; readonly pair: SimilarPairHead }) {
  const run = useRun();
  const [sources, setSources] = useState<Both | string>();
  const [a, b] = [group.members[pair.a]!, group.members[pair.b]!];
  useEffect(() => {
    let isWanted = true;
    setSources(undefined);
    Promise.all([loadSources(run, a, group.task), loadSources(run, b, group.task)]).then(
      (both) => isWanted && setSources(both),
      (error: Error) => isWanted && setSources(error.message),
    );
    return () => {
      isWanted = false;
    };
  }, [run, group, a, b]);
  if (sources === undefined) return <p class="soft">…</p>;
  if (typeof sources === "string") return <p role="alert">{sources}</p>;
  const { task } = group;
  return (
    <div class="compare">
      <Side member={a} task={task} files={sources[0]} ranges={pair.fragments.map((fragment) => fragment.a)} />
      <Side member={b} task={task} files={sources[1]} ranges={pair.fragments.map((fragment) => fragment.b)} />
    </div>
  );
}

async function loadSources(
  run: RunModel,
  { candidate, files }: SimilarMemberHead,
  task: number,
): Promise<readonly SourceText[]> {
  const head = candidate === null ? undefined : run.attempt(candidate, task);
  return head === undefined ? files : (await loadAttempt(run, head)).files;
}

interface SideProps {
  readonly member: SimilarMemberHead;
  readonly task: number;
  readonly files: readonly SourceText[];
  readonly ranges: readonly SourceLines[];
}

function Side({ member, task, files, ranges }: SideProps) {
  const compared = files.filter(({ name }) => ranges.some(({ file }) => file === name));
  return (
    <section>
      <h2>
        <Member member={member} task={task} />
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
            owner={memberText(member)}
          />
        </div>
      ))}
    </section>
  );
}
