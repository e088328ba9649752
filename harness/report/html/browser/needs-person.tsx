import { count } from "../../../text/count.ts";
import { CandidateLink, Foreign, Sentence } from "./names.tsx";
import { useRun } from "./run-model.ts";

/** Longer lists begin closed. */
const MOST_OPEN = 12;

/** Everything that a person has to look at before marks are published. */
export function NeedsPerson() {
  const { needs, candidates } = useRun();
  if (needs.length === 0) return null;
  return (
    <section class="needs" aria-labelledby="needs-heading">
      <h2 id="needs-heading">Needs a person</h2>
      {needs.map(({ about, todo, items }) => (
        <details key={about} open={items.length <= MOST_OPEN}>
          <summary>
            <strong>{about}</strong> <span class="soft">{count(items.length, "item")}</span>
          </summary>
          {todo !== "" && (
            <p class="soft">
              <Sentence text={todo} />
            </p>
          )}
          <ul>
            {items.map(({ candidate, name, text }) => {
              const place = candidates.findIndex((one) => one.name === candidate);
              return (
                <li key={`${candidate} ${text}`}>
                  {place >= 0 ? <CandidateLink candidate={place} /> : <Foreign text={name || candidate} />}
                  {candidate !== "" && text !== "" && ": "}
                  <Sentence text={text} />
                </li>
              );
            })}
          </ul>
        </details>
      ))}
    </section>
  );
}
