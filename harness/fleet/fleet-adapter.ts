import { setTimeout as sleep } from "node:timers/promises";
import { groups } from "d3-array";
import type { Redis } from "ioredis";
import { adaptersHere } from "../adapter/adapters-of-system.ts";
import type { AdapterDescription } from "../results/results.ts";
import { count } from "../text/count.ts";
import { UserError } from "../text/user-error.ts";
import { Announcements } from "./announcements.ts";
import { kernelmarkVersion } from "./kernelmark-version.ts";
import type { QueueKey } from "./queue-key.ts";

const LOOK_MS = 500;

/**
 * The adapter of the workers of a queue, on which a new run is judged. Waits for the first worker.
 *
 * @param forced the only kind of adapter to use, such as `gpu`; any if undefined
 * @param onWait called once if there is no worker yet
 * @throws UserError if the workers have different adapters, or the queue is used with another key
 */
export async function fleetAdapter(
  redis: Redis,
  key: QueueKey,
  forced: string | undefined,
  onWait: () => void,
): Promise<AdapterDescription> {
  const announcements = new Announcements(redis, key);
  await announcements.requireKey();
  const version = kernelmarkVersion();
  for (let hasWaited = false; ; hasWaited = true) {
    const suited = (await announcements.workers()).filter(
      (worker) => worker.version === version && (!forced || worker.adapter.name === forced),
    );
    const byAdapter = groups(suited, ({ adapter }) => `${adapter.description}, driver ${adapter.driver}`);
    if (byAdapter.length > 1) {
      const list = byAdapter.map(([name, workers]) => `${name}: ${count(workers.length, "worker")}`).join("; ");
      throw new UserError(
        `The workers have different adapters (${list}), but a run is judged on one.`,
        `Stop the workers of the others, or set KERNELMARK_ADAPTER to one of ${adaptersHere().join(", ")}.`,
      );
    }
    const [first] = suited;
    if (first !== undefined) return first.adapter;
    if (!hasWaited) onWait();
    await sleep(LOOK_MS);
  }
}
