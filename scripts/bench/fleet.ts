// `npm run bench:fleet`: what a run through a queue costs by number of workers. Needs redis-server and /proc. Options: the
// number of copies of each example, and the largest number of workers.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Job, Worker } from "bullmq";
import { Redis } from "ioredis";
import { packageRoot } from "../../harness/files/package-root.ts";
import { PREFIX } from "../../harness/fleet/announcements.ts";
import { connectQueue } from "../../harness/fleet/connect.ts";
import type { JobHead } from "../../harness/fleet/messages.ts";
import { QueueKey } from "../../harness/fleet/queue-key.ts";
import { sign, verify } from "../../harness/fleet/signed.ts";
import { type QueuedJob, WorkQueue } from "../../harness/fleet/work-queue.ts";
import { readLog } from "../../harness/run/attempt-log.ts";
import { RedisServer } from "../../harness/testing/redis-server.ts";

const EXAMPLES = ["compile-error", "plan-error", "plain", "wrong-answer"];
/** Of the times in /proc, which Linux fixes at this for every program. */
const TICKS_PER_SECOND = 100;
const SEED = "fleet";
const ALONE = "alone";
/** Jobs of the queue without judging. */
const JOBS = 4_000;

const copies = Number(process.argv[2] ?? 10);
const mostWorkers = Number(process.argv[3] ?? 4);
const folder = mkdtempSync(join(tmpdir(), "kernelmark-bench-"));
const submissions = EXAMPLES.length * copies;

try {
  for (const name of EXAMPLES) {
    for (let copy = 0; copy < copies; copy++) {
      const own = join(folder, "cohort", `${name}-${copy}`);
      mkdirSync(own, { recursive: true });
      const source = join(packageRoot(), "submissions", name);
      for (const file of readdirSync(source)) {
        if (file.startsWith("softmax")) cpSync(join(source, file), join(own, file));
      }
    }
  }
  console.log(`${submissions} submissions, ${availableParallelism()} processors, Node ${process.versions.node}`);
  console.log("workers  seconds  worker's CPU s  supervisor's CPU s  Redis' CPU s  commands  kB in  kB out  peak MiB");
  console.log("                 (each submission)                   (all)        (each submission)");
  await measureAlone();
  for (let workers = 1; workers <= mostWorkers; workers++) await measure(workers);
  await measureQueue();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureAlone(): Promise<void> {
  const startMs = performance.now();
  const cohort = join(folder, "cohort");
  const cpu = watchCpu(kernelmark("grade", cohort, "--jobs", "1", "--fresh", "--seed", SEED, "--out", ALONE));
  const { seconds } = await cpu;
  const wall = (performance.now() - startMs) / 1_000;
  console.log(`   none  ${wall.toFixed(1).padStart(7)}  ${(seconds / submissions).toFixed(3).padStart(14)}`);
}

async function measure(count: number): Promise<void> {
  const server = await RedisServer.start();
  const redis = new Redis(server.url);
  const queue = ["--queue", server.url, "--queue-key", join(folder, "queue.key")];
  const supervisor = kernelmark("grade", join(folder, "cohort"), "--fresh", "--seed", SEED, ...queue);
  const supervisorCpu = watchCpu(supervisor);
  await printed(supervisor, "Waiting for a worker");
  const workers = Array.from({ length: count }, () => kernelmark("worker", "--jobs", "1", ...queue));
  const workerCpus = workers.map(watchCpu);
  await Promise.all(workers.map((worker) => printed(worker, "Judging for")));
  const startMs = performance.now();
  const { seconds: supervisorSeconds } = await supervisorCpu;
  const wall = (performance.now() - startMs) / 1_000;
  const field = fieldsOf(await redis.info());
  for (const worker of workers) worker.kill("SIGTERM");
  const workerSeconds = (await Promise.all(workerCpus)).reduce((sum, { seconds }) => sum + seconds, 0);
  const each = (value: number, digits: number) => (value / submissions).toFixed(digits);
  const cells = [
    [String(count), 7],
    [wall.toFixed(1), 7],
    [each(workerSeconds, 3), 14],
    [each(supervisorSeconds, 3), 18],
    [(field("used_cpu_sys") + field("used_cpu_user")).toFixed(2), 12],
    [each(field("total_commands_processed"), 1), 8],
    [each(field("total_net_input_bytes") / 1_000, 1), 5],
    [each(field("total_net_output_bytes") / 1_000, 1), 6],
    [(field("used_memory_peak") / 2 ** 20).toFixed(1), 8],
  ] as const;
  console.log(cells.map(([text, width]) => text.padStart(width)).join("  "));
  redis.disconnect();
  await server.close();
}

/** The queue itself, with jobs and verdicts of real sizes, but no judging: supervisor and worker are in this process. */
async function measureQueue(): Promise<void> {
  const attempts = await readLog(join(folder, ALONE));
  const server = await RedisServer.start();
  const redis = await connectQueue(server.url, { onOutage() {}, onReturn() {} });
  const key = new QueueKey("k".repeat(32)).ofRun("run");
  const queue = await WorkQueue.open("judge-bench", redis, key, "session", { onRemark: console.log });
  const answers = attempts.map((attempt) => ({ ...attempt, files: [] }));
  const processor = async (job: Job<QueuedJob>) => {
    const { id, nonce, index } = verify(job.data.signed, key, "job") as JobHead & { readonly index: number };
    return sign({ id, nonce, machine: "bench", answer: answers[index % answers.length] }, key, "verdict");
  };
  const worker = new Worker("judge-bench", processor, { connection: redis, prefix: PREFIX, concurrency: 16 });
  await worker.waitUntilReady();
  const before = fieldsOf(await redis.info());
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  let next = 0;
  const request = async () => {
    for (let index = next++; index < JOBS; index = next++) {
      const { files } = attempts[index % attempts.length]!;
      const script = files.map(({ text }) => text).join("");
      await queue.request(`job-${index}`, "job", { index, bundled: { ok: true, script, sourceMap: script, files } });
    }
  };
  await Promise.all(Array.from({ length: 1_024 }, request));
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const after = fieldsOf(await redis.info());
  const each = (name: string) => (after(name) - before(name)) / JOBS;
  console.log(`\nThe queue alone, ${JOBS} jobs, 1,024 at the same time: ${(JOBS / seconds).toFixed(0)} jobs/s`);
  console.log(`  CPU of both sides  ${((user + system) / 1_000 / JOBS).toFixed(2)} ms a job`);
  console.log(`  CPU of Redis       ${(1_000 * (each("used_cpu_user") + each("used_cpu_sys"))).toFixed(2)} ms a job`);
  console.log(`  commands           ${each("total_commands_processed").toFixed(1)} a job`);
  console.log(`  into Redis         ${(each("total_net_input_bytes") / 1_000).toFixed(1)} kB a job`);
  console.log(`  out of Redis       ${(each("total_net_output_bytes") / 1_000).toFixed(1)} kB a job`);
  console.log(`  Redis' memory      ${(after("used_memory_peak") / 2 ** 20).toFixed(1)} MiB at its peak`);
  await worker.close();
  await queue.close();
  redis.disconnect();
  await server.close();
}

/** Reads numbers from Redis' `INFO`. */
function fieldsOf(info: string): (name: string) => number {
  return (name) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
}

function kernelmark(...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
  });
}

async function printed(child: ChildProcess, text: string): Promise<void> {
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr!.setEncoding("utf8").on("data", (more) => {
      output += more;
      if (output.includes(text)) resolve();
    });
    child.once("exit", () => reject(new Error(output)));
  });
}

/** The processor time of a process and the children that it has outlived, as last seen before it ends. */
async function watchCpu(child: ChildProcess): Promise<{ readonly seconds: number }> {
  child.stderr!.resume();
  const ended = once(child, "exit");
  let ticks = 0;
  for (let isOver = false; !isOver; ) {
    try {
      const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // utime, stime, cutime, cstime: proc_pid_stat(5).
      ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    } catch {
      // It has ended since.
    }
    isOver = await Promise.race([ended.then(() => true), sleep(50, false)]);
  }
  return { seconds: ticks / TICKS_PER_SECOND };
}
