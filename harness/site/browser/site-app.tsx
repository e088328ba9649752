import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ThemeChoice } from "../../report/html/browser/theme.tsx";
import type { Catalogue } from "../site-data.ts";
import { pathOrder } from "./path-order.ts";
import { RunnerProvider } from "./runner-context.tsx";
import { SharedPage } from "./shared-page.tsx";
import { formatSiteRoute, parseSiteRoute, type SiteRoute } from "./site-routes.ts";
import { StartPage } from "./start-page.tsx";
import { NO_FILTER } from "./task-filter.ts";
import { TaskPage } from "./task-page.tsx";
import { TutorialPage } from "./tutorial-page.tsx";
import { useDocument } from "./use-document.ts";
import { WebGpuPage } from "./webgpu-page.tsx";
import { WgslPage } from "./wgsl-page.tsx";

const PLACES = [
  { address: "#/", title: "Tasks", views: ["start", "task", "shared"] },
  { address: "#/tutorial/1", title: "Tutorial", views: ["tutorial"] },
  { address: "#/wgsl", title: "WGSL", views: ["wgsl"] },
  { address: "#/webgpu", title: "Browsers", views: ["webgpu"] },
] as const satisfies readonly { readonly views: readonly SiteRoute["view"][]; address: string; title: string }[];

export function SiteApp() {
  const route = useSiteRoute();
  const catalogue = useDocument<Catalogue>("catalogue.json");
  const main = useRef<HTMLElement>(null);
  // Filters do not make another page.
  const page = formatSiteRoute(route.view === "start" ? { view: "start", filter: NO_FILTER } : route);
  useArrival(main, page);
  return (
    <RunnerProvider>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href="#/">
          Kernelmark
        </a>
        <nav aria-label="Site">
          {PLACES.map(({ address, title, views }) => (
            <a
              key={title}
              href={address}
              aria-current={(views as readonly string[]).includes(route.view) ? "page" : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <ThemeChoice />
      </header>
      <main id="main" class={`view-${route.view}`} ref={main} tabIndex={-1}>
        {catalogue.state === "loading" && <p class="soft">…</p>}
        {catalogue.state === "failed" && <p role="alert">The tasks could not be loaded. {catalogue.reason}</p>}
        {catalogue.state === "loaded" && <View key={page} route={route} catalogue={catalogue.value} />}
      </main>
    </RunnerProvider>
  );
}

/** Names the tab after the page, and moves the focus to its heading when another page is opened. */
function useArrival(main: { readonly current: HTMLElement | null }, page: string): void {
  const arrived = useRef<string>(undefined);
  useLayoutEffect(() => {
    const arrive = () => {
      const heading = main.current?.querySelector("h1");
      if (heading === null || heading === undefined || arrived.current === page) return;
      document.title = `${heading.textContent} · Kernelmark`;
      if (arrived.current !== undefined) {
        heading.focus({ preventScroll: true });
        scrollTo(0, 0);
      }
      arrived.current = page;
    };
    arrive();
    // Some pages have their heading only when their data is there.
    const observer = new MutationObserver(arrive);
    observer.observe(main.current!, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [main, page]);
}

function View({ route, catalogue }: { readonly route: SiteRoute; readonly catalogue: Catalogue }) {
  switch (route.view) {
    case "start":
      return <StartPage catalogue={catalogue} filter={route.filter} />;
    case "tutorial":
      return <TutorialPage step={route.step} />;
    case "wgsl":
      return <WgslPage />;
    case "webgpu":
      return <WebGpuPage />;
    case "task":
    case "shared":
      return <TaskView route={route} catalogue={catalogue} />;
  }
}

interface TaskViewProps {
  readonly route: Extract<SiteRoute, { readonly task: string }>;
  readonly catalogue: Catalogue;
}

function TaskView({ route, catalogue }: TaskViewProps) {
  const task = catalogue.tracks.flatMap(({ tasks }) => tasks).find(({ name }) => name === route.task);
  if (task === undefined) {
    return (
      <section>
        <h1 tabIndex={-1}>No such task</h1>
        <p>
          There is no task named <strong class="foreign">{route.task}</strong>. <a href="#/">All tasks</a>
        </p>
      </section>
    );
  }
  if (route.view === "shared") return <SharedPage task={task} packed={route.packed} />;
  const order = pathOrder(catalogue);
  const place = order.findIndex(({ name }) => name === task.name);
  const isOnPath = place >= 0;
  return (
    <TaskPage
      task={task}
      previous={isOnPath ? order[place - 1] : undefined}
      next={isOnPath ? order[place + 1] : undefined}
    />
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
