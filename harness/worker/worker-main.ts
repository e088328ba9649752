import { Random } from "../../reference/random.ts";
import type { MeasureJob } from "../bench/measure-job.ts";
import { addedTasks } from "../catalog/added-tasks.ts";
import { loadTask } from "../catalog/load.ts";
import { deviceContext, openAdapter, warmDevice } from "../gpu/device.ts";
import type { Outputs } from "../judge/judge-case.ts";
import { judgeSubmission } from "../judge/judge-submission.ts";
import { BuiltInKernelError, type CaseReference } from "../judge/reference.ts";
import { StageClock } from "../judge/stage-clock.ts";
import { Planner } from "../plan/planner.ts";
import { warmSandbox } from "../plan/sandbox.ts";
import type { CaseResult } from "../results/case-result.ts";
import { type Case, listCases } from "../task/case.ts";
import { withGivenCase } from "../task/given-case.ts";
import { readMistaken, readReference } from "./reference-store.ts";
import { openSupervisorChannel } from "./supervisor-channel.ts";
import { taskFaultOf } from "./task-fault.ts";
import type { FromWorker, JudgeJob, MistakesMade, ReferenceNews, ToWorker } from "./worker-protocol.ts";

/**
 * The process in which one submission is planned, compiled and run, to be judged or measured. It keeps secrets no
 * longer than it must, and dies with its submission.
 */
const send = openSupervisorChannel<FromWorker>();
const adapter = await openAdapter();
let news: ReferenceWatch | undefined;
let mistakesMade: (message: MistakesMade) => void = () => {};

process.on("message", (message: ToWorker) => {
  if (message.type === "judge") {
    news = new ReferenceWatch(message.readyReferences);
    judge(message, news).catch((error) => sendFault(message.task, error));
  } else if (message.type === "measure") {
    measure(message).catch((error) => sendFault(message.task, error));
  } else if (message.type === "expect") {
    // A fault in the task is reported when it is judged.
    loadTask(message.task).catch(() => {});
  } else if (message.type === "mistakes-made") {
    mistakesMade(message);
  } else {
    news?.hear(message);
  }
});
send({ type: "ready" });
const warming = Promise.all([warmSandbox(), warmDevice()]);

async function judge(job: JudgeJob, references: ReferenceWatch): Promise<void> {
  const [loaded] = await Promise.all([loadTask(job.task), warming]);
  const task = withGivenCase(loaded, job.given);
  const context = deviceContext(adapter, job.adapterKind);
  const clock = new StageClock();
  // Results are sent with the next stage; cases refused before any stage accumulate.
  const unsent: CaseResult[] = [];
  const planner = new Planner(job, task.spec, context, job.limits);
  const { diagnosis, shown, spent } = await judgeSubmission({
    context,
    task,
    cases: listCases(task, job.seed).filter(({ index }) => job.caseIndices.includes(index)),
    // Poisons must differ from other submissions', and must not follow from the seed once that is published.
    random: new Random(crypto.randomUUID(), "poison"),
    plan: (shape, params) => planner.plan(shape, params),
    async reference(one: Case): Promise<CaseReference> {
      await references.ready(one.index);
      return readReference(job.referenceFolder, job.task, one.index);
    },
    async locator() {
      const { locateInFiles } = await import("../plan/locate.ts");
      return ({ code, ...position }) => ({ kind: "source", ...locateInFiles(code, position, job.files) });
    },
    // Loaded only if a case fails, so that accepted submissions do not pay for it.
    diagnose: async (symptoms) => {
      const { diagnose } = await import("../diagnosis/diagnose.ts");
      const caseIndex = symptoms.leading.index;
      return diagnose(
        symptoms,
        (index, mistakes) => findMistaken(job, index, mistakes),
        (early) => send({ type: "diagnosed", diagnosis: { caseIndex, ...early } }),
      );
    },
    compilesInFirstRun: job.compilesInFirstRun,
    shows: job.shows,
    onStage(stage) {
      clock.enter(stage.stage);
      send({ type: "stage", stage, results: unsent.splice(0) });
    },
    onCase(result) {
      unsent.push(result);
    },
  });
  send({ type: "done", results: unsent, diagnosis, shown, log: planner.log, timings: clock.timings(spent) });
}

async function measure(job: MeasureJob): Promise<void> {
  const { measureKernels } = await import("../bench/measure-kernels.ts");
  const task = await loadTask(job.task);
  const context = deviceContext(adapter, job.adapterKind);
  const isTunedUnproved = addedTasks().some(({ name }) => name === job.task);
  await measureKernels(job, { task, context, isTunedUnproved, send });
}

/** One case at a time. */
async function findMistaken(
  { task, referenceFolder }: JudgeJob,
  caseIndex: number,
  mistakes: readonly string[],
): Promise<Record<string, Outputs>> {
  const made = await new Promise<MistakesMade>((resolve) => {
    mistakesMade = resolve;
    send({ type: "mistakes-wanted", caseIndex, mistakes });
  });
  return Object.fromEntries(
    made.mistakes.map((mistake) => [mistake, readMistaken(referenceFolder, task, caseIndex, mistake)]),
  );
}

/** Says why there will be no reference. */
class MissingReference extends Error {}

/** Tracks the ready references, and waits for the others. */
class ReferenceWatch {
  readonly #ready: Set<number>;
  #failure: string | undefined;
  #wake: () => void = () => {};

  constructor(ready: readonly number[]) {
    this.#ready = new Set(ready);
  }

  hear(news: ReferenceNews): void {
    if (news.type === "reference-ready") this.#ready.add(news.caseIndex);
    else this.#failure = news.message;
    this.#wake();
  }

  async ready(caseIndex: number): Promise<void> {
    while (!this.#ready.has(caseIndex)) {
      if (this.#failure !== undefined) throw new MissingReference(this.#failure);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function sendFault(task: string, error: unknown): void {
  send({ type: "fault", message: messageOf(error), fault: taskFaultOf(task, error) });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = error instanceof BuiltInKernelError || error instanceof MissingReference;
  return isExpected ? error.message : (error.stack ?? error.message);
}
