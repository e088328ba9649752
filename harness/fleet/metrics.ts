import { createServer, type Server } from "node:http";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { UserError } from "../text/user-error.ts";
import type { DoneJob } from "./serve.ts";

/** From a kernel that fails at once to one that uses all its time. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** A worker's metrics in Prometheus' format. */
export class WorkerMetrics {
  readonly #registry = new Registry();
  readonly #jobs = new Counter({
    ...{ name: "kernelmark_jobs_total", help: "Jobs done, by kind and task." },
    ...{ labelNames: ["kind", "task"], registers: [this.#registry] },
  });
  readonly #verdicts = new Counter({
    ...{ name: "kernelmark_verdicts_total", help: "Outcomes of jobs, by kind: verdicts, or how measuring ended." },
    ...{ labelNames: ["kind", "verdict"], registers: [this.#registry] },
  });
  readonly #seconds = new Histogram({
    ...{ name: "kernelmark_job_seconds", help: "Time of a job on this worker, by kind.", buckets: SECONDS },
    ...{ labelNames: ["kind"], registers: [this.#registry] },
  });
  readonly #active = new Gauge({
    ...{ name: "kernelmark_jobs_active", help: "Jobs in progress.", registers: [this.#registry] },
  });
  readonly #refused = new Counter({
    ...{ name: "kernelmark_jobs_refused_total", help: "Jobs that were not valid.", registers: [this.#registry] },
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  started(): void {
    this.#active.inc();
  }

  ended(): void {
    this.#active.dec();
  }

  done({ kind, task, outcome, seconds }: DoneJob): void {
    this.#jobs.inc({ kind, task });
    this.#verdicts.inc({ kind, verdict: outcome });
    this.#seconds.observe({ kind }, seconds);
  }

  refused(): void {
    this.#refused.inc();
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /**
   * Serves them at `/metrics`.
   *
   * @param address `9464` on this machine only, or `0.0.0.0:9464`
   * @throws UserError if the address is malformed or taken
   */
  async serve(address: string): Promise<Server> {
    const [, host = "127.0.0.1", port] = /^(?:(.+):)?(\d{1,5})$/.exec(address) ?? [];
    if (port === undefined || Number(port) > 65_535) {
      throw new UserError(`--serve must be a port, got "${address}".`, "Write it like 9464, or 0.0.0.0:9464.");
    }
    const server = createServer(async ({ method, url }, response) => {
      if (method !== "GET" || url !== "/metrics") {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { "Content-Type": this.#registry.contentType }).end(await this.text());
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", ({ code }: NodeJS.ErrnoException) =>
        reject(new UserError(`Metrics cannot be served at ${host}:${port} (${code}).`, "Choose another --serve.")),
      );
      server.listen(Number(port), host.replace(/^\[(.*)\]$/, "$1"), resolve);
    });
    // A scrape must not keep a drained worker alive.
    return server.unref();
  }
}
