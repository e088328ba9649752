import type { AttemptHead } from "../index-data.ts";
import { percent } from "./numbers.ts";

export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What it is part of. */
  readonly more: string;
}

/** Figures at a glance. */
export function Tiles({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl class="tiles">
      {figures.map(({ name, value, more }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong> <span class="soft">{more}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The share of the submitted attempts that are accepted. */
export function acceptedFigure(attempts: readonly AttemptHead[]): Figure {
  const submitted = attempts.filter(({ verdict }) => verdict !== "missing").length;
  const accepted = attempts.filter(({ verdict }) => verdict === "accepted").length;
  return {
    name: "Accepted",
    value: submitted === 0 ? "–" : percent(accepted / submitted),
    more: `${accepted} of ${submitted}`,
  };
}

/** The number of attempts without a mark, which a person has to give; none if there are none. */
export function heldFigures(attempts: readonly AttemptHead[]): Figure[] {
  const held = attempts.filter(({ points }) => points === null).length;
  return held === 0 ? [] : [{ name: "Held", value: String(held), more: "for manual review, not marked yet" }];
}
