import { availableParallelism } from "node:os";
import type { CommandModule } from "yargs";
import { printable } from "../text/printable.ts";
import { parseBudget } from "./budget.ts";
import { printRemark } from "./output.ts";
import { QUEUE_KEY } from "./queue-options.ts";

interface WorkerOptions {
  readonly queue: string;
  readonly "queue-key": string;
  readonly jobs: number;
  readonly silence: string;
  readonly serve: string | undefined;
}

const DEFAULT_JOBS = Math.max(1, Math.floor(availableParallelism() / 2));

/** `kernelmark worker`: judges and measures for the runs of a queue. */
export const worker: CommandModule<object, WorkerOptions> = {
  command: "worker",
  describe: "Judge for the runs of other machines, through a queue in Redis",
  builder: (yargs) =>
    yargs
      .option("queue", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "The Redis: redis://host:6379, or rediss:// for TLS; KERNELMARK_QUEUE_PASSWORD may hold its password",
      })
      .option("queue-key", QUEUE_KEY)
      .option("jobs", {
        type: "number",
        requiresArg: true,
        default: DEFAULT_JOBS,
        describe: "Number of submissions to check in parallel",
      })
      .option("silence", {
        type: "string",
        requiresArg: true,
        default: "30s",
        describe: "Time without a sign of life after which a job goes to another worker",
      })
      .option("serve", {
        type: "string",
        requiresArg: true,
        describe: "Serve Prometheus metrics at /metrics of this port, or host:port",
      })
      .example("$0 worker --queue redis://lab-1:6379", "Work until Ctrl-C, which finishes the jobs in progress")
      .example("$0 worker --queue redis://lab-1:6379 --serve 0.0.0.0:9464", "With metrics for Prometheus"),
  async handler(options) {
    const [{ findAdapter }, { connectQueue }, { readQueueKey }, { serveQueue }, { UserError }] = await Promise.all([
      import("../adapter/adapter.ts"),
      import("../fleet/connect.ts"),
      import("../fleet/queue-key.ts"),
      import("../fleet/serve.ts"),
      import("../text/user-error.ts"),
    ]);
    if (!Number.isInteger(options.jobs) || options.jobs < 1) {
      throw new UserError(`--jobs must be a positive integer, got ${options.jobs}.`, "Omit it for the default.");
    }
    const silenceMs = await parseBudget(options.silence, "--silence");
    const key = await readQueueKey(options["queue-key"]);
    const metrics = options.serve === undefined ? undefined : await serveMetrics(options.serve);
    const redis = await connectQueue(options.queue, {
      onOutage: (place) => printRemark(`The Redis at ${place} does not answer. Waiting for it.`),
      onReturn: (place) => printRemark(`The Redis at ${place} answers again.`),
    });
    try {
      const adapter = await findAdapter();
      const stop = new AbortController();
      const onInterrupt = () => {
        printRemark("Finishing the jobs in progress. Press Ctrl-C again to end at once: others will do them.");
        stop.abort();
      };
      process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
      printRemark(`Ready, on ${adapter.description}.`);
      await serveQueue(
        { redis, key, adapter, jobs: options.jobs, silenceMs, signal: stop.signal },
        {
          onIdle: () => printRemark("Waiting for a run."),
          onRun: ({ name, supervisor }) =>
            printRemark(`Judging for ${name}, graded by ${supervisor.host} (process ${supervisor.pid}).`),
          onRunEnd: ({ name }) => printRemark(`No more work for ${name}.`),
          onUnsuited: (reason) => printRemark(`This worker gets no jobs of a run: ${reason}.`),
          onStart: () => metrics?.started(),
          onEnd: () => metrics?.ended(),
          onDone: (job) => {
            metrics?.done(job);
            const { task, candidate, outcome, seconds } = job;
            printRemark(
              [task, candidate, outcome, `${seconds.toFixed(1)} s`].filter(Boolean).map(printable).join("  "),
            );
          },
          onRefused: (reason) => {
            metrics?.refused();
            printRemark(`Refused a job: ${reason}.`);
          },
        },
      );
      process.removeListener("SIGINT", onInterrupt).removeListener("SIGTERM", onInterrupt);
    } finally {
      redis.disconnect();
    }
  },
};

async function serveMetrics(address: string) {
  const { WorkerMetrics } = await import("../fleet/metrics.ts");
  const metrics = new WorkerMetrics();
  await metrics.serve(address);
  printRemark(`Metrics are at http://${address.includes(":") ? address : `127.0.0.1:${address}`}/metrics.`);
  return metrics;
}
