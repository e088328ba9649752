import { closest, distance } from "fastest-levenshtein";

/** A name may be as long as its author likes, and is compared with each. */
const COMPARED_CHARACTERS = 100;

/** The name that was probably meant, if one is near enough to be a typing error away. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const typed = name.slice(0, COMPARED_CHARACTERS).toLowerCase();
  const byLowerCase = new Map(names.map((known) => [known.toLowerCase(), known]));
  if (byLowerCase.size === 0) return undefined;
  const nearest = closest(typed, [...byLowerCase.keys()]);
  // Two letters that changed places are two errors; in a name of two letters, two errors leave nothing alike.
  const most = Math.max(nearest.length > 2 ? 2 : 1, Math.floor(nearest.length / 3));
  return distance(typed, nearest) <= most ? byLowerCase.get(nearest) : undefined;
}

/**
 * ` Did you mean "softmax"?`, to be put behind a sentence; empty where no name is near.
 *
 * @param quoted puts a name into quotes
 */
export function didYouMean(name: string, names: readonly string[], quoted = (near: string) => `"${near}"`): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? "" : ` Did you mean ${quoted(nearest)}?`;
}
