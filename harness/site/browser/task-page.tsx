import { useEffect, useRef, useState } from "preact/hooks";
import { Sentence } from "../../report/html/browser/names.tsx";
import type { CatalogueTask, TaskPageData } from "../site-data.ts";
import { type Checked, CheckRunner, type Readiness } from "./check-runner.ts";
import { CodeEditor } from "./code-editor.tsx";
import { InterfaceList } from "./interface-list.tsx";
import { Statement } from "./statement.tsx";
import { useDocument } from "./use-document.ts";
import { VerdictView } from "./verdict-view.tsx";

export function TaskPage({ task }: { readonly task: CatalogueTask }) {
  const loaded = useDocument<TaskPageData>(`tasks/${task.name}.json`);
  return (
    <>
      <section class="lead">
        <p class="crumbs">
          <a href="#/">Tasks</a>
        </p>
        <h1 tabIndex={-1}>{task.title}</h1>
        {task.level !== null && (
          <p class="soft">
            Level {task.level}. Teaches {task.teaches}.
          </p>
        )}
      </section>
      {loaded.state === "loading" && <p class="soft">…</p>}
      {loaded.state === "failed" && <p role="alert">The task could not be loaded. {loaded.reason}</p>}
      {loaded.state === "loaded" && <Workplace task={loaded.value} />}
    </>
  );
}

function Workplace({ task }: { readonly task: TaskPageData }) {
  return (
    <div class="workplace">
      <section aria-label="Statement">
        <Statement text={task.statement} />
        <InterfaceList task={task} />
      </section>
      <Attempts task={task} />
    </div>
  );
}

/** What the page's check is doing. */
type Check =
  | { readonly state: "none" }
  | { readonly state: "running"; readonly done: number; readonly of: number; readonly failed: number }
  | { readonly state: "done"; readonly checked: Checked };

function Attempts({ task }: { readonly task: TaskPageData }) {
  const [readiness, setReadiness] = useState<Readiness>({ state: "starting" });
  const [check, setCheck] = useState<Check>({ state: "none" });
  const runner = useRef<CheckRunner>(undefined);
  const kernel = useRef(task.starter.kernel);
  const module = useRef(task.starter.module);
  // One seed for each visit, so that references are made once.
  const [seed] = useState(drawSeed);
  useEffect(() => {
    runner.current = new CheckRunner(setReadiness);
    return () => runner.current?.close();
  }, []);
  const canCheck = readiness.state === "ready" && check.state !== "running";
  const start = async () => {
    if (!canCheck) return;
    let [done, failed] = [0, 0];
    setCheck({ state: "running", done: 0, of: 0, failed: 0 });
    const files = [
      { path: `${task.name}.ts`, text: module.current },
      { path: `${task.name}.wgsl`, text: kernel.current },
    ];
    const job = { type: "check", task: task.name, family: task.family, seed, files } as const;
    const checked = await runner.current!.check(job, ({ verdict }, of) => {
      done++;
      if (verdict !== "accepted") failed++;
      setCheck({ state: "running", done, of, failed });
    });
    setCheck({ state: "done", checked });
  };
  return (
    <>
      <section aria-label="Your submission" class="editors">
        <CodeEditor
          name={`${task.name}.wgsl`}
          language="wgsl"
          text={kernel.current}
          onChange={(text) => {
            kernel.current = text;
          }}
          onSubmit={start}
        />
        <CodeEditor
          name={`${task.name}.ts`}
          language="typescript"
          text={module.current}
          onChange={(text) => {
            module.current = text;
          }}
          onSubmit={start}
        />
        <div class="actions">
          <button type="button" class="primary" disabled={!canCheck} onClick={start}>
            Check
          </button>
          <p role="status" class="soft small">
            {statusText(readiness, check)}
          </p>
        </div>
      </section>
      {readiness.state === "no-webgpu" && <NoWebGpu reason={readiness.reason} />}
      {check.state === "done" && <VerdictView checked={check.checked} seed={seed} />}
    </>
  );
}

function statusText(readiness: Readiness, check: Check): string {
  if (check.state === "running") {
    if (check.of === 0) return "Checking …";
    return `Checking … case ${check.done} of ${check.of}${check.failed > 0 ? `, ${check.failed} failed` : ""}`;
  }
  switch (readiness.state) {
    case "starting":
      return "Starting …";
    case "no-webgpu":
      return "";
    case "ready":
      return `On ${readiness.adapter.description}${readiness.adapter.isSoftware ? " (software)" : ""}.`;
    case "needs-reload":
      return "The browser's GPU process has ended. Reload this page.";
    case "needs-restart":
      return "A kernel that hangs occupies the GPU. Restart the browser.";
  }
}

function NoWebGpu({ reason }: { readonly reason: string }) {
  return (
    <section class="needs">
      <h2>Kernels cannot run here</h2>
      <p>
        <Sentence text={`WebGPU is not available: ${reason}.`} />
      </p>
      <p>Use a current Chrome or Edge, Safari 26, or Firefox 141 on Windows, or install Kernelmark.</p>
    </section>
  );
}

function drawSeed(): string {
  return crypto.randomUUID().slice(0, 8);
}
