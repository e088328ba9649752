import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { packageRoot } from "../files/package-root.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";
import { RedisServer } from "../testing/redis-server.ts";

const WORKERS = 4;
const KILLS = 20;
/** The kills after which Redis is restarted: in order, then with the loss of everything. */
const RESTARTS = new Map([
  [7, "in order"],
  [14, "losing all"],
] as const);
const EXAMPLES = ["compile-error", "plan-error", "plain", "wrong-answer"];
const COPIES = 50;
const SUBMISSIONS = EXAMPLES.length * COPIES;

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const cohort = join(folder, "cohort");
const key = join(folder, "queue.key");
const temporary = join(folder, "tmp");
const children = new Set<ChildProcess>();
let redis: RedisServer;

beforeAll(async () => {
  mkdirSync(temporary);
  redis = await RedisServer.start();
  for (const name of EXAMPLES) {
    for (let copy = 0; copy < COPIES; copy++) {
      const own = join(cohort, `${name}-${copy}`);
      mkdirSync(own, { recursive: true });
      const source = join(packageRoot(), "submissions", name);
      for (const file of readdirSync(source)) {
        if (file.startsWith("softmax")) cpSync(join(source, file), join(own, file));
      }
    }
  }
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await redis.close();
  rmSync(folder, { recursive: true, force: true });
});

function kernelmark(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, TMPDIR: temporary, XDG_CACHE_HOME: join(folder, "cache") },
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

const queue = () => ["--queue", redis.url, "--queue-key", key];
const grade = (seed: string, run: string, ...args: string[]) =>
  kernelmark("grade", cohort, "--fresh", "--seed", seed, "--out", join(folder, run), ...args);
const resultsIn = (run: string): Results => JSON.parse(readFileSync(join(folder, run, "results.json"), "utf8"));

/** A run without its name, its times, and where it was judged. */
function timeless({ run: _, startedAt: __, attempts, ...head }: Results): object {
  const timelessAttempt = ({ startedAt: _, durationMs: __, timings: ___, machine: ____, ...rest }: Attempt) => rest;
  return { ...head, attempts: attempts.map(timelessAttempt) };
}

it(`loses and doubles nothing while ${KILLS} workers are killed and Redis is restarted twice`, async () => {
  const seed = String(randomInt(2 ** 32));
  console.log(`The times of the kills are random, with seed ${seed}.`);
  const random = new Random(seed, "kills");
  const alone = grade(seed, "alone");
  alone.stderr!.resume();
  expect(await once(alone, "exit")).toEqual([0, null]);

  const supervisor = grade(seed, "shared", ...queue());
  let output = "";
  supervisor.stderr!.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const ended = once(supervisor, "exit");
  const done = () =>
    Number(/^ *(\d+)\/200/m.exec(output.split("\n").findLast((line) => /^ *\d+\/200/.test(line)) ?? "")?.[1] ?? 0);
  await expect.poll(() => output, { timeout: 60_000 }).toContain("Waiting for a worker");
  const startWorker = () => {
    const worker = kernelmark("worker", ...queue(), "--jobs", "1", "--silence", "3s");
    worker.stderr!.resume();
    return worker;
  };
  const workers = Array.from({ length: WORKERS }, startWorker);
  for (let kill = 1; kill <= KILLS; kill++) {
    // Spread over the run, at moments that depend on nothing.
    const at = (0.9 * kill * SUBMISSIONS) / KILLS;
    await expect.poll(done, { timeout: 600_000, interval: 50 }).toBeGreaterThanOrEqual(Math.floor(at));
    await sleep(1_000 * random.uniform());
    const index = Math.floor(WORKERS * random.uniform());
    workers[index]!.kill("SIGKILL");
    workers[index] = startWorker();
    const restart = RESTARTS.get(kill as 7);
    if (restart === undefined) continue;
    await redis.stop(restart);
    await sleep(2_000 * random.uniform());
    await redis.resume();
  }
  expect(await ended).toEqual([0, null]);
  expect(timeless(resultsIn("shared"))).toEqual(timeless(resultsIn("alone")));
  const lines = readFileSync(join(folder, "shared", "attempts.jsonl"), "utf8")
    .trim()
    .split("\n");
  expect(lines).toHaveLength(SUBMISSIONS);

  // The workers that are left end when they are told to.
  for (const worker of workers) worker.kill("SIGINT");
  await Promise.all(workers.map(async (worker) => worker.exitCode ?? (await once(worker, "exit"))));
  expect(workers.map(({ exitCode }) => exitCode)).toEqual(Array(WORKERS).fill(0));
}, 3_600_000);
