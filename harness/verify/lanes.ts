import type { AdapterChoice } from "../adapter/adapter.ts";
import { ProofWorker } from "./proof-worker.ts";

/** Processes jobs in the given order with several workers at once. Stops at the first failure. */
export async function inLanes<Job>(
  jobs: Iterable<Job>,
  lanes: number,
  setting: { readonly adapter: AdapterChoice; readonly referenceFolder?: string },
  work: (job: Job, worker: ProofWorker) => Promise<void>,
): Promise<void> {
  const queue = jobs[Symbol.iterator]();
  const workers = Array.from({ length: lanes }, () => new ProofWorker(setting.adapter, setting.referenceFolder));
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value, worker);
      }),
    );
  } finally {
    for (const worker of workers) worker.close();
  }
}
