import { useEffect, useRef, useState } from "preact/hooks";
import type { MeasureStep } from "../../bench/measure-job.ts";
import type { SubmissionTexts } from "../site-data.ts";
import type { SourceDiagnostic } from "../worker/check-protocol.ts";
import { browserName } from "./browser-name.ts";
import { store } from "./browser-store.ts";
import type { Benched, Checked, CheckRunner, Readiness } from "./check-runner.ts";
import { useRunner } from "./runner-context.tsx";
import { type BenchSummary, hasSameFiles } from "./versions.ts";

/** For each shape. */
const BENCH_BUDGET_MS = 3000;

/** What the page's worker is doing for this submission. */
export type Activity =
  | { readonly state: "idle" }
  | { readonly state: "checking"; readonly done: number; readonly of: number; readonly failed: number }
  | { readonly state: "waiting" }
  | { readonly state: "measuring"; readonly step: MeasureStep | undefined };

export interface BenchChoice {
  readonly against: "plain" | "tuned";
  /** A shape's name; all shapes if undefined. */
  readonly shape: string | undefined;
}

/** The last measurement, and what is kept of it. */
export interface Measurement {
  readonly benched: Benched;
  readonly summary: BenchSummary | undefined;
}

/** A submission's checks, measurements and compilers' messages. */
export interface Judging {
  readonly readiness: Readiness;
  /** Generates the inputs. */
  readonly seed: string;
  readonly activity: Activity;
  readonly checked: Checked | undefined;
  readonly measured: Measurement | undefined;
  readonly diagnostics: readonly SourceDiagnostic[];
  check(texts: SubmissionTexts): void;
  bench(texts: SubmissionTexts, choice: BenchChoice): void;
  compile(texts: SubmissionTexts): void;
  cancel(): void;
}

/** @param place of its versions in the browser's storage */
export function useJudging(task: { readonly name: string; readonly family: string }, place: string): Judging {
  const { runner, readiness } = useRunner();
  const [activity, setActivity] = useState<Activity>({ state: "idle" });
  const [checked, setChecked] = useState<Checked>();
  const [measured, setMeasured] = useState<Measurement>();
  const [diagnostics, setDiagnostics] = useState<readonly SourceDiagnostic[]>([]);
  // One seed for each visit, so that references are made once.
  const [seed] = useState(drawSeed);
  const stop = useRef<AbortController>(undefined);
  const isBusy = useRef(false);
  const compiledTexts = useRef<SubmissionTexts>(undefined);
  const accepted = useRef<SubmissionTexts>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const submitted = (texts: SubmissionTexts) => ({
    task: task.name,
    family: task.family,
    files: [
      { path: `${task.name}.ts`, text: texts.module },
      { path: `${task.name}.wgsl`, text: texts.kernel },
    ],
  });
  /** Runs one activity at a time. */
  const start = async (first: Activity, run: (runner: CheckRunner, signal: AbortSignal) => Promise<void>) => {
    if (isBusy.current || readiness.state !== "ready" || runner === undefined) return;
    isBusy.current = true;
    stop.current = new AbortController();
    setActivity(first);
    try {
      await run(runner, stop.current.signal);
    } finally {
      isBusy.current = false;
      setActivity({ state: "idle" });
    }
  };
  const check = (texts: SubmissionTexts) =>
    start({ state: "checking", done: 0, of: 0, failed: 0 }, async (runner, signal) => {
      let [done, failed] = [0, 0];
      const onCase = ({ verdict }: { readonly verdict: string }, of: number) => {
        done++;
        if (verdict !== "accepted") failed++;
        setActivity({ state: "checking", done, of, failed });
      };
      const result = await runner.check({ type: "check", seed, ...submitted(texts) }, onCase, signal);
      if (result === undefined) return;
      setChecked(result);
      if (result.attempt.verdict === "accepted") accepted.current = texts;
      rememberCheck(task.name, place, texts, result);
    });
  const bench = (texts: SubmissionTexts, { against, shape }: BenchChoice) =>
    start({ state: "measuring", step: undefined }, async (runner, signal) => {
      const isChecked = accepted.current !== undefined && hasSameFiles(accepted.current, texts);
      const choice = { against, shape, budgetMs: BENCH_BUDGET_MS, isChecked };
      const watcher = {
        onWait: () => setActivity({ state: "waiting" }),
        onStep: (step: MeasureStep) => setActivity({ state: "measuring", step }),
      };
      const benched = await runner.bench({ type: "bench", seed, ...submitted(texts), ...choice }, watcher, signal);
      if (benched.state === "stopped") return;
      const summary = readiness.state === "ready" ? summaryOf(benched, readiness.adapter.description) : undefined;
      setMeasured({ benched, summary });
      if (summary !== undefined) {
        store.addVersion(place, { ...texts, at: new Date().toISOString(), outcome: { kind: "bench", ...summary } });
      }
    });
  const compile = async (texts: SubmissionTexts) => {
    // Not again in a fresh worker: the plan function may be what hung in the last one.
    if (runner === undefined || (compiledTexts.current !== undefined && hasSameFiles(compiledTexts.current, texts)))
      return;
    compiledTexts.current = texts;
    const compiled = await runner.compile({ type: "compile", ...submitted(texts) });
    if (compiled.state === "compiled") setDiagnostics(compiled.diagnostics.map((one) => inOwnFile(one, task.name)));
    else if (compiled.state === "failed") setDiagnostics([]);
  };
  const cancel = () => stop.current?.abort();
  return { readiness, seed, activity, checked, measured, diagnostics, check, bench, compile, cancel };
}

function rememberCheck(task: string, place: string, texts: SubmissionTexts, { attempt }: Checked): void {
  const { verdict, cases, caseCount } = attempt;
  if (verdict === "harness-error") return;
  const at = new Date().toISOString();
  const passed = cases.filter((one) => one.verdict === "accepted").length;
  store.addVersion(place, { ...texts, at, outcome: { kind: "check", verdict, passed, caseCount } });
  // A step of the tutorial is no solution of one's own.
  if (verdict === "accepted" && place === task) store.markSolved(task, at);
}

function summaryOf(benched: Benched, adapter: string): BenchSummary | undefined {
  if (benched.state !== "measured") return undefined;
  const { against, clock, speedup, shapes } = benched.measurement;
  return {
    ...{ against, adapter, clock, speedup, browser: browserName(navigator.userAgent) },
    shapes: shapes.map(({ name, speedup: { estimate, low, high }, rooflineShare }) => {
      return { name, estimate, low, high, rooflineShare };
    }),
  };
}

/** WGSL that the plan function makes is in no editor: its messages are shown with the plan. */
function inOwnFile(diagnostic: SourceDiagnostic, task: string): SourceDiagnostic {
  const { file, line, message } = diagnostic;
  const plan = `${task}.ts`;
  if (file === plan || file === `${task}.wgsl`) return diagnostic;
  return { ...diagnostic, file: plan, line: 1, column: 1, length: 0, message: `${file}, line ${line}: ${message}` };
}

function drawSeed(): string {
  return crypto.randomUUID().slice(0, 8);
}
