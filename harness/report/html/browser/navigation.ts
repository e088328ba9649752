import { useEffect, useState } from "preact/hooks";
import { formatRoute, parseRoute, type Route } from "./routes.ts";

/** The route of the page's address, updated after links, the back button, and edits of the address. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

export function goTo(route: Route): void {
  location.hash = formatRoute(route);
}

/** Updates the address during typing, without an entry in the history for each letter. */
export function replaceRoute(route: Route): void {
  history.replaceState(null, "", formatRoute(route));
}
