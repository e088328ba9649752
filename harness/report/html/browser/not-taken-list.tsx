import { Sentence } from "./names.tsx";
import { useRun } from "./run-model.ts";

/** A candidate's files that were not graded, though they were probably meant to be. */
export function NotTakenList({ candidate }: { readonly candidate: number }) {
  const { notTaken, candidates } = useRun();
  const own = notTaken.filter((one) => one.candidate === candidates[candidate]!.name);
  if (own.length === 0) return null;
  return (
    <section>
      <h2>Not graded</h2>
      <ul class="plain-list">
        {own.map(({ path, reason, fix }) => (
          <li key={path}>
            <Sentence text={`${path}: ${reason} ${fix}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
