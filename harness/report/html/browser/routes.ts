/** The view of the page, encoded in its address after the `#`. */
export type Route =
  | { readonly view: "marks"; readonly query: Readonly<Record<string, string>> }
  | { readonly view: "candidate"; readonly candidate: string }
  | { readonly view: "attempt"; readonly candidate: string; readonly task: string }
  | { readonly view: "tasks" }
  | { readonly view: "task"; readonly task: string }
  | { readonly view: "mistakes"; readonly task: string | null }
  /** Places in the data: a group of the list, and a pair of the group. */
  | { readonly view: "similar"; readonly group: number | null; readonly pair: number }
  | { readonly view: "run" };

/**
 * Candidates are below `#/`; all other views begin with a word without the slash, which no name can imitate:
 * `#/alice/softmax`, `#/alice`, `#/?verdict=missing`, `#task/softmax`, `#similar/3/1`, `#mistakes/softmax`.
 */
export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#/, "");
  if (text.startsWith("/")) return parseBelowRoot(text.slice(1));
  const [word = "", ...rest] = text.split("/").map(decode);
  switch (word) {
    case "tasks":
    case "run":
      return { view: word };
    case "task":
      return { view: "task", task: rest.join("/") };
    case "mistakes":
      return { view: "mistakes", task: rest.length === 0 ? null : rest.join("/") };
    case "similar": {
      const [group = 0, pair = 0] = rest.map((part) => Number.parseInt(part, 10) || 0);
      return { view: "similar", group: group === 0 ? null : group - 1, pair: Math.max(pair - 1, 0) };
    }
    default:
      return { view: "marks", query: {} };
  }
}

function parseBelowRoot(text: string): Route {
  if (text === "" || text.startsWith("?")) {
    return { view: "marks", query: Object.fromEntries(new URLSearchParams(text.slice(1))) };
  }
  const [candidate = "", task] = text.split("/").map(decode);
  return task === undefined || task === "" ? { view: "candidate", candidate } : { view: "attempt", candidate, task };
}

export function formatRoute(route: Route): string {
  switch (route.view) {
    case "marks": {
      const query = new URLSearchParams(Object.entries(route.query).filter(([, value]) => value !== "")).toString();
      return query === "" ? "#/" : `#/?${query}`;
    }
    case "candidate":
      return `#/${encode(route.candidate)}`;
    case "attempt":
      return `#/${encode(route.candidate)}/${encode(route.task)}`;
    case "task":
      return `#task/${encode(route.task)}`;
    case "mistakes":
      return route.task === null ? "#mistakes" : `#mistakes/${encode(route.task)}`;
    case "similar":
      return route.group === null ? "#similar" : `#similar/${route.group + 1}/${route.pair + 1}`;
    default:
      return `#${route.view}`;
  }
}

/** A name may begin with `?`, or contain slashes, or lone surrogates, which addresses cannot represent. */
function encode(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Compares names in the form of addresses, since a name with lone surrogates changes in its address. */
export function isNamed(name: string, inAddress: string): boolean {
  return name === inAddress || decode(encode(name)) === inAddress;
}
