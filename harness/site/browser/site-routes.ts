/** The view of the site, in its address after the `#`. */
export type SiteRoute = { readonly view: "start" } | { readonly view: "task"; readonly task: string };

export function parseSiteRoute(hash: string): SiteRoute {
  const task = /^#\/tasks\/([^/]+)$/.exec(hash)?.[1];
  return task === undefined ? { view: "start" } : { view: "task", task };
}

export function formatSiteRoute(route: SiteRoute): string {
  return route.view === "start" ? "#/" : `#/tasks/${route.task}`;
}
