import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ThemeChoice } from "../../report/html/browser/theme.tsx";
import type { Catalogue } from "../site-data.ts";
import { formatSiteRoute, parseSiteRoute, type SiteRoute } from "./site-routes.ts";
import { StartPage } from "./start-page.tsx";
import { TaskPage } from "./task-page.tsx";
import { useDocument } from "./use-document.ts";

export function SiteApp() {
  const route = useSiteRoute();
  const catalogue = useDocument<Catalogue>("catalogue.json");
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const key = formatSiteRoute(route);
  useLayoutEffect(() => {
    const heading = main.current?.querySelector("h1");
    document.title = [heading?.textContent, "Kernelmark"].filter(Boolean).join(" · ");
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    heading?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [key, catalogue.state]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href="#/">
          Kernelmark
        </a>
        <nav aria-label="Site">
          <a href="#/" aria-current={route.view === "start" ? "page" : undefined}>
            Tasks
          </a>
        </nav>
        <ThemeChoice />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {catalogue.state === "loading" && <p class="soft">…</p>}
        {catalogue.state === "failed" && <p role="alert">The tasks could not be loaded. {catalogue.reason}</p>}
        {catalogue.state === "loaded" && <View key={key} route={route} catalogue={catalogue.value} />}
      </main>
    </>
  );
}

function View({ route, catalogue }: { readonly route: SiteRoute; readonly catalogue: Catalogue }) {
  if (route.view === "start") return <StartPage catalogue={catalogue} />;
  const task = catalogue.tracks.flatMap(({ tasks }) => tasks).find(({ name }) => name === route.task);
  if (task !== undefined) return <TaskPage task={task} />;
  return (
    <section>
      <h1 tabIndex={-1}>No such task</h1>
      <p>
        There is no task named <strong class="foreign">{route.task}</strong>. <a href="#/">All tasks</a>
      </p>
    </section>
  );
}

function useSiteRoute(): SiteRoute {
  const [route, setRoute] = useState(() => parseSiteRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseSiteRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}
