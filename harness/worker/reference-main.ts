import { loadTask } from "../catalog/load.ts";
import { deviceContext, openAdapter, openDevice } from "../gpu/device.ts";
import type { Compiler } from "../gpu/program.ts";
import { runMistaken } from "../judge/mistaken.ts";
import { compilePlainAhead, makeReference, plainCompiler } from "../judge/reference.ts";
import { listCases } from "../task/case.ts";
import { type GivenCase, withGivenCase } from "../task/given-case.ts";
import type { Task } from "../task/task.ts";
import { writeMistaken, writeReference } from "./reference-store.ts";
import { openSupervisorChannel } from "./supervisor-channel.ts";
import { taskFaultOf } from "./task-fault.ts";
import type { FromReferenceMaker, MistakesJob, ReferenceJob, ToReferenceMaker } from "./worker-protocol.ts";

/** The process that makes references: it runs oracles and built-in kernels, never a candidate's code. */
const send = openSupervisorChannel<FromReferenceMaker>();
const device = await openDevice();
let last: { readonly task: Task; readonly compiler: Compiler } | undefined;
let isPaused = false;

process.on("message", (job: ToReferenceMaker) => {
  if (job.type === "pause") isPaused = true;
  else if (job.type === "make") {
    isPaused = false;
    make(job);
  } else tryMistakes(job);
});
send({ type: "ready" });

async function make({ task: name, seed, given, referenceFolder, adapterKind, made }: ReferenceJob): Promise<void> {
  try {
    const { task, compiler } = await load(name, given);
    const context = deviceContext(await openAdapter(), adapterKind);
    const cases = listCases(task, seed).filter(({ index }) => !made.includes(index));
    compilePlainAhead(compiler, context, task, cases);
    for (const one of cases) {
      if (isPaused) return send({ type: "references-paused", task: name });
      const startMs = performance.now();
      writeReference(referenceFolder, await makeReference(device, context, task, one, seed, compiler));
      send({ type: "reference-ready", task: name, caseIndex: one.index, madeMs: performance.now() - startMs });
    }
    send({ type: "references-made", task: name });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ type: "reference-failed", task: name, message, fault: taskFaultOf(name, error) });
  }
}

/** A mistake that fails only costs its own hint: `kernelmark verify` reports it to the task's author. */
async function tryMistakes({ task: name, seed, given, referenceFolder, ...job }: MistakesJob): Promise<void> {
  const { task, compiler } = await load(name, given);
  const context = deviceContext(await openAdapter(), job.adapterKind);
  const one = listCases(task, seed)[job.caseIndex]!;
  for (const mistake of job.mistakes) {
    let isMade = true;
    try {
      const outputs = await runMistaken(device, context, task, one, seed, mistake, compiler);
      writeMistaken(referenceFolder, one, mistake, outputs);
    } catch {
      isMade = false;
    }
    send({ type: "mistake-tried", mistake, isMade });
    // The next process has a device again.
    if (device.lost.isLost) process.exit(1);
  }
  send({ type: "mistakes-tried" });
}

/** The last task keeps its compiled kernels. The given case is the same in all jobs of a process. */
async function load(name: string, given: GivenCase | undefined): Promise<NonNullable<typeof last>> {
  if (last?.task.spec.name !== name) {
    const task = withGivenCase(await loadTask(name), given);
    last = { task, compiler: plainCompiler(device, task) };
  }
  return last;
}
