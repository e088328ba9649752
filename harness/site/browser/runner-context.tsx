import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { CheckRunner, type Readiness } from "./check-runner.ts";

/** The page's only runner, which starts its worker when a page first needs it. */
interface PageRunner {
  readonly readiness: Readiness;
  get(): CheckRunner;
}

const RunnerContext = createContext<PageRunner | null>(null);

/** Worker and references outlive the page of a task. */
export function RunnerProvider({ children }: { readonly children: ComponentChildren }) {
  const [readiness, setReadiness] = useState<Readiness>({ state: "starting" });
  const get = useMemo(() => {
    let runner: CheckRunner | undefined;
    return () => {
      runner ??= new CheckRunner(setReadiness);
      return runner;
    };
  }, []);
  return <RunnerContext.Provider value={{ readiness, get }}>{children}</RunnerContext.Provider>;
}

/** Starts the worker. */
export function useRunner(): { readonly runner: CheckRunner | undefined; readonly readiness: Readiness } {
  const { readiness, get } = useContext(RunnerContext)!;
  const [runner, setRunner] = useState<CheckRunner>();
  useEffect(() => setRunner(get()), [get]);
  return { runner, readiness };
}
