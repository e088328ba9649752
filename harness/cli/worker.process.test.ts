import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import type { Results } from "../results/results.ts";
import { freePort, RedisServer } from "../testing/redis-server.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const path = (name: string) => join(folder, name);
const children = new Set<ChildProcess>();
let redis: RedisServer;

beforeAll(async () => {
  redis = await RedisServer.start();
  for (const name of ["compile-error", "plan-error", "plain", "wrong-answer"]) {
    const own = path(`submissions/${name}`);
    mkdirSync(own, { recursive: true });
    const source = join(packageRoot(), "submissions", name);
    for (const file of readdirSync(source)) {
      if (file.startsWith("softmax")) cpSync(join(source, file), join(own, file));
    }
  }
  writeFileSync(path("assignment.yaml"), "tasks:\n  softmax: { points: 10, speed: { against: plain, full: 2 } }\n");
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await redis.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  stderr(): string;
  readonly ended: Promise<number | null>;
}

function kernelmark(...args: string[]): Started {
  const child = spawn(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, XDG_CACHE_HOME: path("cache") },
  });
  children.add(child);
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code]) => {
    children.delete(child);
    return code;
  });
  return { child, stderr: () => stderr, ended };
}

const queue = () => ["--queue", redis.url, "--queue-key", path("queue.key")];
const grade = (...args: string[]) => kernelmark("grade", path("submissions"), "--fresh", ...queue(), ...args);
const resultsIn = (run: string): Results => JSON.parse(readFileSync(join(path(run), "results.json"), "utf8"));
const seen = (started: Started, text: string | RegExp) =>
  expect.poll(started.stderr, { timeout: 100_000 }).toMatch(text);

it("judges and measures on a worker, which serves metrics and ends in order", async () => {
  const run = grade("--assignment", path("assignment.yaml"), "--out", path("measured"), "--budget", "50ms");
  await seen(run, "Waiting for a worker of this version of Kernelmark.");
  const port = await freePort();
  const worker = kernelmark("worker", ...queue(), "--serve", String(port));
  expect(await run.ended).toBe(0);
  const { attempts } = resultsIn("measured");
  expect(attempts.map(({ candidate, verdict, machine }) => [candidate, verdict, machine])).toEqual([
    ["compile-error", "compile-error", hostname()],
    ["plain", "accepted", hostname()],
    ["plan-error", "plan-error", hostname()],
    ["wrong-answer", "wrong-answer", hostname()],
  ]);
  const measurement = attempts[1]!.measurement;
  expect(measurement).toMatchObject({ state: "measured", against: "plain", machine: hostname() });
  expect(run.stderr()).toMatch(/^Worker .* joined: .*\.$/m);

  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toContain('kernelmark_jobs_total{kind="judge",task="softmax"} 4');
  expect(metrics).toContain('kernelmark_verdicts_total{kind="measure",verdict="measured"} 1');
  await seen(worker, /No more work for measured\.\nWaiting for a run\./);
  worker.child.kill("SIGTERM");
  expect(await worker.ended).toBe(0);
}, 300_000);

it("drains on Ctrl-C: the verdicts in progress count, and the run can be resumed", async () => {
  const worker = kernelmark("worker", ...queue(), "--jobs", "1");
  await seen(worker, "Waiting for a run.");
  const run = grade("--out", path("drained"));
  await seen(worker, "Judging for drained");
  run.child.kill("SIGINT");
  expect(await run.ended).toBe(130);
  expect(run.stderr()).toContain("Stopped. Continue with: npx kernelmark grade");
  const before = resultsIn("drained");
  expect(before.state).toBe("stopped");
  expect(before.attempts.length).toBeLessThan(4);

  const resumed = grade("--resume", path("drained"));
  expect(await resumed.ended).toBe(0);
  const after = resultsIn("drained");
  expect(after.attempts.map(({ verdict }) => verdict)).toEqual([
    "compile-error",
    "accepted",
    "plan-error",
    "wrong-answer",
  ]);
  expect(after.attempts).toEqual(expect.arrayContaining([...before.attempts]));
  expect(
    readFileSync(join(path("drained"), "attempts.jsonl"), "utf8")
      .trim()
      .split("\n"),
  ).toHaveLength(4);
  worker.child.kill("SIGINT");
  expect(await worker.ended).toBe(0);
});

it("says what is wrong with a worker's key or its queue, and ends", async () => {
  const noKey = kernelmark("worker", "--queue", redis.url, "--queue-key", path("missing.key"));
  expect(await noKey.ended).toBe(2);
  expect(noKey.stderr()).toContain("Copy the key file from the machine that runs `grade --queue`.");
  const nowhere = kernelmark("worker", "--queue", `redis://127.0.0.1:${await freePort()}`, ...queue().slice(2));
  expect(await nowhere.ended).toBe(2);
  expect(nowhere.stderr()).toContain("No Redis answers at 127.0.0.1:");
});
