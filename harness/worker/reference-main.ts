import { loadTask } from "../catalog/load.ts";
import { deviceContext, openAdapter, openDevice } from "../gpu/device.ts";
import { compilePlainAhead, makeReference, plainCompiler } from "../judge/reference.ts";
import { listCases } from "../task/case.ts";
import { writeReference } from "./reference-store.ts";
import { openSupervisorChannel } from "./supervisor-channel.ts";
import type { FromReferenceMaker, ReferenceJob, ToReferenceMaker } from "./worker-protocol.ts";

/** The process that makes references: it runs oracles and built-in kernels, never a candidate's code. */
const send = openSupervisorChannel<FromReferenceMaker>();
const device = await openDevice();
let last = Promise.resolve();

process.on("message", (job: ToReferenceMaker) => {
  last = last.then(() => make(job));
});
send({ type: "ready" });

async function make({ task: name, seed, referenceFolder, adapterKind, made }: ReferenceJob): Promise<void> {
  try {
    const task = await loadTask(name);
    const context = deviceContext(await openAdapter(), adapterKind);
    const cases = listCases(task, seed).filter(({ index }) => !made.includes(index));
    const compiler = plainCompiler(device, task);
    compilePlainAhead(compiler, context, task, cases);
    for (const one of cases) {
      const startMs = performance.now();
      writeReference(referenceFolder, await makeReference(device, context, task, one, seed, compiler));
      send({ type: "reference-ready", task: name, caseIndex: one.index, madeMs: performance.now() - startMs });
    }
    send({ type: "references-made", task: name });
  } catch (error) {
    send({ type: "reference-failed", task: name, message: error instanceof Error ? error.message : String(error) });
  }
}
