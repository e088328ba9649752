import { AttemptLink, CandidateLink, CandidateName, Foreign, NumberCell, RemarkCell, VerdictBadge } from "./names.tsx";
import { NotTakenList } from "./not-taken-list.tsx";
import { factorColumn, percent, points, pointsColumn } from "./numbers.ts";
import { formatRoute } from "./routes.ts";
import { useRun } from "./run-model.ts";
import { WideTable } from "./wide-table.tsx";

export function CandidatePage({ candidate }: { readonly candidate: number }) {
  const run = useRun();
  const { name, person, section, code, points: own, max, rank, remark } = run.candidates[candidate]!;
  const attempts = run.ofCandidate(candidate);
  const columns = {
    points: pointsColumn(attempts.map(({ points }) => points)),
    most: pointsColumn(attempts.map(({ max: most }) => most)),
    correctness: pointsColumn(attempts.map(({ correctnessPoints }) => correctnessPoints)),
    speed: factorColumn(attempts.map(({ speed }) => speed?.mean)),
    speedPoints: pointsColumn(attempts.map(({ speedPoints }) => speedPoints)),
  };
  const groups = run.similar.groups
    .map((group, place) => ({ ...group, place }))
    .filter(({ members }) => members.some((member) => member.candidate === candidate));
  return (
    <>
      <section class="lead">
        <Neighbours candidate={candidate} />
        <h1 tabIndex={-1}>
          <CandidateName candidate={candidate} />
        </h1>
        <p class="soft">
          {person !== "" && (
            <>
              Folder <Foreign text={name} />
              {" · "}
            </>
          )}
          {section !== "" && (
            <>
              Section <Foreign text={section} />
              {" · "}
            </>
          )}
          {code} on the leaderboard
        </p>
        <p>
          <strong>{points(own)}</strong> of {points(max)} points
          <span class="soft">
            {" "}
            · rank {rank} of {run.candidates.length}
          </span>
          {remark !== "" && (
            <span class="soft">
              {" "}
              · <Foreign text={remark} />
            </span>
          )}
        </p>
      </section>
      <WideTable about="Attempts">
        <table class="full stacked">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Verdict</th>
              <th scope="col" class="number">
                Points
              </th>
              <th scope="col" class="number">
                Correctness
              </th>
              <th scope="col" class="number">
                Speed
              </th>
              <th scope="col" class="number">
                Speed points
              </th>
              <th scope="col" class="stretch">
                Note
              </th>
            </tr>
          </thead>
          <tbody>
            {attempts.map((attempt) => (
              <tr key={attempt.task}>
                <th scope="row">
                  <AttemptLink candidate={candidate} task={attempt.task} text={run.tasks[attempt.task]!.name} />
                </th>
                <td>
                  <VerdictBadge verdict={attempt.verdict} />
                </td>
                <NumberCell
                  label="Points"
                  text={columns.points(attempt.points)}
                  isStrong
                  more={` / ${columns.most(attempt.max)}`}
                />
                <NumberCell label="Correctness" text={columns.correctness(attempt.correctnessPoints)} />
                <NumberCell label="Speed" text={columns.speed(attempt.speed?.mean)} />
                <NumberCell
                  label="Speed points"
                  text={columns.speedPoints(run.tasks[attempt.task]!.speed && attempt.speedPoints)}
                />
                <RemarkCell text={attempt.remark} />
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
      <NotTakenList candidate={candidate} />
      {groups.length > 0 && (
        <section>
          <h2>Similar submissions</h2>
          <ul class="plain-list">
            {groups.map(({ task, members, highest, place }) => (
              <li key={place}>
                <a href={formatRoute({ view: "similar", group: place, pair: 0 })}>
                  {run.tasks[task]!.name}, up to {percent(highest)} similar
                </a>
                {" in a group of "}
                {members.length}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Links to the neighbours in the order of marks. */
function Neighbours({ candidate }: { readonly candidate: number }) {
  const { candidates } = useRun();
  return (
    <p class="crumbs">
      <a href="#/">Marks</a>
      <span class="steps">
        {candidate > 0 && (
          <span>
            ← <CandidateLink candidate={candidate - 1} />
          </span>
        )}
        {candidate < candidates.length - 1 && (
          <span>
            <CandidateLink candidate={candidate + 1} /> →
          </span>
        )}
      </span>
    </p>
  );
}
