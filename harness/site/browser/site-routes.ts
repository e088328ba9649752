import { formatFilter, parseFilter, type TaskFilter } from "./task-filter.ts";

/** The view of the site, in its address after the `#`. */
export type SiteRoute =
  | { readonly view: "start"; readonly filter: TaskFilter }
  | { readonly view: "task"; readonly task: string }
  /** A submission in the address itself: see `share-link.ts`. */
  | { readonly view: "shared"; readonly task: string; readonly packed: string }
  /** Steps count from 1. */
  | { readonly view: "tutorial"; readonly step: number }
  | { readonly view: "wgsl" }
  | { readonly view: "webgpu" };

export function parseSiteRoute(hash: string): SiteRoute {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const [view, name, packed] = path.split("/");
  if (view === "tasks" && name) return { view: "task", task: name };
  if (view === "shared" && name && packed) return { view: "shared", task: name, packed };
  if (view === "tutorial") return { view: "tutorial", step: Number(name ?? 1) };
  if (view === "wgsl" || view === "webgpu") return { view };
  return { view: "start", filter: parseFilter(query) };
}

export function formatSiteRoute(route: SiteRoute): string {
  switch (route.view) {
    case "start": {
      const query = formatFilter(route.filter);
      return query === "" ? "#/" : `#/?${query}`;
    }
    case "task":
      return `#/tasks/${route.task}`;
    case "shared":
      return `#/shared/${route.task}/${route.packed}`;
    case "tutorial":
      return `#/tutorial/${route.step}`;
    default:
      return `#/${route.view}`;
  }
}

/** The address of a task's page. */
export function taskAddress(task: string): string {
  return formatSiteRoute({ view: "task", task });
}
