import { closest, distance } from "fastest-levenshtein";

/** Names have no length limit, and comparing costs time in proportion to their length. */
const COMPARED_CHARACTERS = 100;

/** The probably intended name, if one is within a typing error; undefined otherwise. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const typed = name.slice(0, COMPARED_CHARACTERS).toLowerCase();
  const byLowerCase = new Map(names.map((known) => [known.toLowerCase(), known]));
  if (byLowerCase.size === 0) return undefined;
  const nearest = closest(typed, [...byLowerCase.keys()]);
  // Two swapped letters count as two errors; in a name of two letters, two errors leave no similarity.
  const most = Math.max(nearest.length > 2 ? 2 : 1, Math.floor(nearest.length / 3));
  return distance(typed, nearest) <= most ? byLowerCase.get(nearest) : undefined;
}

/**
 * ` Did you mean "softmax"?`, to append to a sentence; empty if no name is near.
 *
 * @param quoted puts a name into quotes
 */
export function didYouMean(name: string, names: readonly string[], quoted = (near: string) => `"${near}"`): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? "" : ` Did you mean ${quoted(nearest)}?`;
}
