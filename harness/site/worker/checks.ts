import { Random } from "../../../reference/random.ts";
import { openDevice } from "../../gpu/device.ts";
import { judgeSubmission, type Stage } from "../../judge/judge-submission.ts";
import { type Judged, judgedSubmission, refusedBundle } from "../../judge/judged-submission.ts";
import { atWork, stageLimitMs, timeLimitRefusal } from "../../judge/late-stage.ts";
import { LocalReferences } from "../../judge/local-references.ts";
import { StageClock } from "../../judge/stage-clock.ts";
import type { Built } from "../../plan/bundle.ts";
import { Planner } from "../../plan/planner.ts";
import { hashFiles, type SourceFile } from "../../plan/source-files.ts";
import type { CaseNumbers } from "../../results/case-numbers.ts";
import { type CaseResult, refusedCase } from "../../results/case-result.ts";
import { type Case, listCases } from "../../task/case.ts";
import { defaultLimits } from "../../task/limits.ts";
import type { DeviceContext } from "../../task/plan.ts";
import type { Task } from "../../task/task.ts";
import { BUNDLE_LIMIT_MS, bundleModule } from "./bundle-module.ts";
import type { CheckJob, FromCheckWorker, StageNews } from "./check-protocol.ts";
import { memoryFolder } from "./memory-folder.ts";
import { siteAttempt } from "./site-attempt.ts";
import { loadTask } from "./tasks.ts";

/** The references of the task and seed that were checked last, on a device that no submission can lose. */
interface Prepared {
  readonly key: string;
  readonly task: Task;
  readonly cases: readonly Case[];
  readonly references: LocalReferences;
}

/** Checks submissions with the modules that judge in Node: the same cases, references, limits and diagnosis. */
export class Checks {
  readonly #context: DeviceContext;
  readonly #send: (message: FromCheckWorker) => void;
  #prepared: Prepared | undefined;

  constructor(context: DeviceContext, send: (message: FromCheckWorker) => void) {
    this.#context = context;
    this.#send = send;
  }

  async check(job: CheckJob): Promise<void> {
    const [startedAt, startMs] = [new Date().toISOString(), performance.now()];
    const { task, cases, references } = await this.#prepare(job);
    const folder = memoryFolder(job.files);
    this.#send({ type: "stage", stage: "bundle", limitMs: BUNDLE_LIMIT_MS, ifLate: null });
    const built = await bundleModule(`${job.task}.ts`, folder);
    const bundleMs = performance.now() - startMs;
    const files = folder.reached();
    const { judged, numbers } = built.ok
      ? await this.#judge(built, task, cases, references, files)
      : { judged: refusedBundle(built.problems), numbers: null };
    const known = { task: job.task, hash: hashFiles(files), caseCount: cases.length, startedAt, startMs, bundleMs };
    this.#send({ type: "done", attempt: siteAttempt(judged, { ...known, files }), numbers });
  }

  async #prepare({ task: name, family, seed }: CheckJob): Promise<Prepared> {
    const key = `${name} ${seed}`;
    if (this.#prepared?.key === key) return this.#prepared;
    const [task, device] = await Promise.all([loadTask(family, name), openDevice()]);
    const references = new LocalReferences(device, this.#context, task, seed);
    this.#prepared = { key, task, cases: listCases(task, seed), references };
    return this.#prepared;
  }

  async #judge(
    { script, sourceMap }: Extract<Built, { ok: true }>,
    task: Task,
    cases: readonly Case[],
    references: LocalReferences,
    files: readonly SourceFile[],
  ): Promise<{ readonly judged: Judged; readonly numbers: CaseNumbers | null }> {
    const planner = new Planner({ script, sourceMap }, task.spec, this.#context, defaultLimits);
    const clock = new StageClock();
    const results: CaseResult[] = [];
    const { diagnosis, shown, spent } = await judgeSubmission({
      context: this.#context,
      task,
      cases,
      random: new Random(crypto.randomUUID(), "poison"),
      plan: (shape, params) => planner.plan(shape, params),
      reference: (one) => references.reference(one),
      async locator() {
        const { locateInFiles } = await import("../../plan/locate.ts");
        return ({ code, ...position }) => ({ kind: "source", ...locateInFiles(code, position, files) });
      },
      diagnose: async (symptoms) => {
        const { diagnose } = await import("../../diagnosis/diagnose.ts");
        const { index: caseIndex } = symptoms.leading;
        return diagnose(
          symptoms,
          (index, mistakes) => references.mistaken(cases.find((one) => one.index === index)!, mistakes),
          (early) => this.#send({ type: "diagnosed", diagnosis: { caseIndex, ...early } }),
        );
      },
      shows: { isChosen: false, dumps: [] },
      onStage: (stage) => {
        clock.enter(stage.stage);
        this.#send(stageNews(stage, task, cases));
      },
      onCase: (result) => {
        results.push(result);
        this.#send({ type: "case", result, caseCount: cases.length });
      },
    });
    const judged = judgedSubmission({ cases: results, diagnosis, log: planner.log, timings: clock.timings(spent) });
    return { judged, numbers: shown?.numbers ?? null };
  }
}

/** Made before the stage begins: once a kernel hangs, this worker says nothing more. */
function stageNews(stage: Stage, task: Task, cases: readonly Case[]): StageNews {
  // References are made on this thread, while the page waits.
  const limitMs = stageLimitMs(stage, task, cases, { limits: defaultLimits }, () => false);
  const at = stage.stage === "diagnose" ? undefined : atWork(stage);
  const one = at && cases.find(({ index }) => index === at.caseIndex);
  const ifLate = at && one ? refusedCase(one, timeLimitRefusal(at.what, stage, one, limitMs)) : null;
  return { type: "stage", stage: stage.stage, limitMs, ifLate };
}
