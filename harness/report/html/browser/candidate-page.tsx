import { AttemptLink, CandidateLink, Foreign, VerdictBadge } from "./names.tsx";
import { factor, percent, points } from "./numbers.ts";
import { formatRoute } from "./routes.ts";
import { useRun } from "./run-model.ts";

export function CandidatePage({ candidate }: { readonly candidate: number }) {
  const run = useRun();
  const { name, points: own, max, rank } = run.candidates[candidate]!;
  const groups = run.similar.groups
    .map((group, place) => ({ ...group, place }))
    .filter(({ members }) => members.some((member) => member.candidate === candidate));
  return (
    <>
      <section class="lead">
        <Neighbours candidate={candidate} />
        <h1 tabIndex={-1}>
          <Foreign text={name} />
        </h1>
        <p>
          <strong>{points(own)}</strong> of {points(max)} points
          <span class="soft">
            {" "}
            · rank {rank} of {run.candidates.length}
          </span>
        </p>
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard */}
      <section class="scroll wide" tabIndex={0} aria-label="Attempts">
        <table class="full">
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
            {run.ofCandidate(candidate).map((attempt) => (
              <tr key={attempt.task}>
                <th scope="row">
                  <AttemptLink candidate={candidate} task={attempt.task} text={run.tasks[attempt.task]!.name} />
                </th>
                <td>
                  <VerdictBadge verdict={attempt.verdict} />
                </td>
                <td class="number">
                  <strong>{points(attempt.points)}</strong>
                  <span class="soft"> / {points(run.tasks[attempt.task]!.points)}</span>
                </td>
                <td class="number">{points(attempt.correctnessPoints)}</td>
                <td class="number">{attempt.speed === null ? "–" : factor(attempt.speed.mean)}</td>
                <td class="number">{run.tasks[attempt.task]!.speed === null ? "–" : points(attempt.speedPoints)}</td>
                <td class="stretch soft">
                  <Foreign text={attempt.remark} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
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
