import type { AdapterChoice } from "../adapter/adapter.ts";
import { connectQueue } from "../fleet/connect.ts";
import { fleetAdapter } from "../fleet/fleet-adapter.ts";
import { fleetLine } from "../fleet/progress-text.ts";
import { readOrMakeQueueKey } from "../fleet/queue-key.ts";
import { queueElsewhere } from "../fleet/remote-run.ts";
import type { Elsewhere } from "../run/elsewhere.ts";
import { readResults } from "../run/results-file.ts";
import { printRemark } from "./output.ts";
import type { ProgressLine } from "./progress-line.ts";

/** The workers of a queue, ready to judge. */
export interface JoinedFleet {
  readonly elsewhere: Elsewhere;
  /** That of the workers, or of the run that is resumed. Nothing runs on it here. */
  readonly adapter: AdapterChoice;
  /** Tells the progress line how many submissions have no verdict yet. */
  setLeft(submissions: number): void;
  close(): Promise<void>;
}

interface FleetOptions {
  readonly queue: string;
  readonly "queue-key": string;
  readonly resume: string | undefined;
}

/**
 * Connects to a queue, and waits for its first worker unless a run is resumed.
 *
 * @throws UserError if the queue cannot be used
 */
export async function joinFleet(options: FleetOptions, progress: ProgressLine): Promise<JoinedFleet> {
  const { queue, "queue-key": keyFile, resume } = options;
  const onRemark = (text: string) => {
    progress.clear();
    printRemark(text);
  };
  const redis = await connectQueue(queue, {
    onOutage: (place) => onRemark(`The Redis at ${place} does not answer. The run continues when it does.`),
    onReturn: (place) => onRemark(`The Redis at ${place} answers again.`),
  });
  try {
    const { key, isNew } = await readOrMakeQueueKey(keyFile);
    if (isNew) onRemark(`Wrote a new key to ${keyFile}. Copy it to each machine that runs \`kernelmark worker\`.`);
    const command = `npx kernelmark worker --queue <url> --queue-key ${keyFile}`;
    const adapter =
      resume === undefined
        ? await fleetAdapter(redis, key, process.env.KERNELMARK_ADAPTER, () =>
            onRemark(`Waiting for a worker of this version of Kernelmark. Start one with: ${command}`),
          )
        : (await readResults(resume)).adapter;
    let left: number | undefined;
    return {
      elsewhere: queueElsewhere(redis, key, {
        onRemark,
        onStatus: (status) => progress.show(fleetLine(status, left ?? status.waiting + status.active)),
      }),
      adapter: { ...adapter, environment: {} },
      setLeft: (submissions) => {
        left = submissions;
      },
      close: async () => redis.disconnect(),
    };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}
