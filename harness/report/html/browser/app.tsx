import { useLayoutEffect, useRef } from "preact/hooks";
import { printable } from "../../../text/printable.ts";
import { AttemptPage } from "./attempt-page.tsx";
import { CandidatePage } from "./candidate-page.tsx";
import { MarksPage } from "./marks-page.tsx";
import { MistakesPage } from "./mistakes-page.tsx";
import { useRoute } from "./navigation.ts";
import { formatRoute, isNamed, type Route } from "./routes.ts";
import { type RunModel, useRun } from "./run-model.ts";
import { RunPage } from "./run-page.tsx";
import { SimilarPage } from "./similar-page.tsx";
import { TaskPage } from "./task-page.tsx";
import { TasksPage } from "./tasks-page.tsx";
import { ThemeChoice } from "./theme.tsx";

export function App() {
  const run = useRun();
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // Filters do not make another page.
  const key = route.view === "marks" || route.view === "mistakes" ? route.view : JSON.stringify(route);
  // Before painting: title and focus must be set when the heading becomes visible.
  useLayoutEffect(() => {
    const heading = main.current?.querySelector("h1");
    document.title = [heading?.textContent, printable(run.run.title), "Kernelmark"].filter(Boolean).join(" · ");
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    // As after a page load, reading continues at the top of the new content.
    heading?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [key]);
  return (
    <>
      {/* Not a link: the address belongs to the view. */}
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href="#/">
          <span class="foreign">{printable(run.run.title)}</span>
        </a>
        <nav aria-label="Report">
          {navItems(run).map(({ name, to, views }) => (
            <a key={name} href={formatRoute(to)} aria-current={views.includes(route.view) ? "page" : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <ThemeChoice />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <View key={key} route={route} run={run} />
      </main>
    </>
  );
}

interface NavItem {
  readonly name: string;
  readonly to: Route;
  readonly views: readonly Route["view"][];
}

function navItems({ mistakes, similar }: RunModel): NavItem[] {
  const items: NavItem[] = [
    { name: "Marks", to: { view: "marks", query: {} }, views: ["marks", "candidate", "attempt"] },
    { name: "Tasks", to: { view: "tasks" }, views: ["tasks", "task"] },
  ];
  if (mistakes.length > 0) items.push({ name: "Mistakes", to: { view: "mistakes", task: null }, views: ["mistakes"] });
  if (similar.groups.length + similar.builtInCode.length > 0) {
    items.push({ name: "Similar", to: { view: "similar", group: null, pair: 0 }, views: ["similar"] });
  }
  return [...items, { name: "Run", to: { view: "run" }, views: ["run"] }];
}

function View({ route, run }: { readonly route: Route; readonly run: RunModel }) {
  switch (route.view) {
    case "marks":
      return <MarksPage query={route.query} />;
    case "tasks":
      return <TasksPage />;
    case "mistakes": {
      if (route.task === null) return <MistakesPage task={null} />;
      const task = placeOfTask(run, route.task);
      return task < 0 ? <NotFound what="task" name={route.task} /> : <MistakesPage task={task} />;
    }
    case "similar":
      return <SimilarPage group={route.group} pair={route.pair} />;
    case "run":
      return <RunPage />;
    case "task": {
      const task = placeOfTask(run, route.task);
      return task < 0 ? <NotFound what="task" name={route.task} /> : <TaskPage task={task} />;
    }
    case "candidate":
    case "attempt": {
      const candidate = run.candidates.findIndex(({ name }) => isNamed(name, route.candidate));
      if (candidate < 0) return <NotFound what="candidate" name={route.candidate} />;
      if (route.view === "candidate") return <CandidatePage candidate={candidate} />;
      const task = placeOfTask(run, route.task);
      return task < 0 ? <NotFound what="task" name={route.task} /> : <AttemptPage candidate={candidate} task={task} />;
    }
  }
}

function placeOfTask({ tasks }: RunModel, wanted: string): number {
  return tasks.findIndex(({ name }) => isNamed(name, wanted));
}

function NotFound({ what, name }: { readonly what: string; readonly name: string }) {
  return (
    <section>
      <h1 tabIndex={-1}>No such {what}</h1>
      <p>
        This run has no {what} named <strong class="foreign">{printable(name)}</strong>. <a href="#/">All marks</a>
      </p>
    </section>
  );
}
