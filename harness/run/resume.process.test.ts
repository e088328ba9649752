import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";
import { freezeRun } from "./freeze-run.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const cohort = join(folder, "cohort");
const examples = ["compile-error", "plan-error", "plain", "wrong-answer"];

beforeAll(() => {
  for (const name of examples)
    cpSync(join(packageRoot(), "submissions", name), join(cohort, name), {
      recursive: true,
      filter: (path) => !/attention|matmul|gmm/.test(path),
    });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `kernelmark grade`, and lets `meddle` do something to it as soon as the first verdict shows. A run that is
 * resumed or repeated knows its submissions.
 */
function grade(args: readonly string[], meddle: (child: ChildProcess) => void = () => {}): Promise<Ended> {
  return new Promise((resolve) => {
    const submissions = args.includes("--out") && !args.includes("--again") ? [cohort] : [];
    const child = spawn(
      process.execPath,
      [join(packageRoot(), "bin", "kernelmark.js"), "grade", ...submissions, ...args],
      {
        env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
      },
    );
    let stdout = "";
    let stderr = "";
    let isMeddled = false;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      if (isMeddled || !/^1\/4 /m.test(stderr)) return;
      isMeddled = true;
      meddle(child);
    });
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

const attemptsIn = (run: string): Attempt[] =>
  readFileSync(join(run, "attempts.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const logged = (run: string) => attemptsIn(run).map(({ candidate }) => candidate);

it("stops cleanly on Ctrl-C, says how to go on, and goes on with the same seed", async () => {
  const run = join(folder, "interrupted");
  const stopped = await grade(["--out", run, "--no-measure"], (child) => child.kill("SIGINT"));
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain(`Stopped. Continue with: npx kernelmark grade --resume ${run} --no-measure\n`);
  const before: Results = JSON.parse(readFileSync(join(run, "results.json"), "utf8"));
  expect(before.state).toBe("stopped");
  expect(before.attempts.length).toBeLessThan(examples.length);

  const resumed = await grade(["--resume", run, "--json"]);
  expect(resumed.code).toBe(0);
  const after: Results = JSON.parse(resumed.stdout);
  expect(after.seed).toBe(before.seed);
  expect(after.state).toBe("finished");
  expect(after.attempts.map(({ candidate, verdict }) => [candidate, verdict])).toEqual([
    ["compile-error", "compile-error"],
    ["plain", "accepted"],
    ["plan-error", "plan-error"],
    ["wrong-answer", "wrong-answer"],
  ]);
});

it("stops cleanly when it is told to end, and refuses a second run in its folder meanwhile", async () => {
  const run = join(folder, "ended");
  let second: Promise<Ended> | undefined;
  const stopped = await grade(["--out", run], (child) => {
    second = grade(["--resume", run]);
    second.then(() => child.kill("SIGTERM"));
  });
  expect(await second).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/ is in use by another run \(process \d+\)\.\nWait for it to end/),
  });
  // It may have been done before the second gave up.
  if (stopped.code === 0) return;
  expect(stopped.code).toBe(143);
  expect(stopped.stderr).toContain(`Stopped. Continue with: npx kernelmark grade --resume ${run}`);
});

it("loses nothing that was graded when it is killed, and grades nothing twice", async () => {
  const run = join(folder, "killed");
  const killed = await grade(["--out", run], (child) => child.kill("SIGKILL"));
  expect(killed.signal).toBe("SIGKILL");
  const before = logged(run);
  expect(before.length).toBeGreaterThan(0);

  expect((await grade(["--resume", run])).code).toBe(0);
  expect(logged(run).slice(0, before.length)).toEqual(before);
  expect(logged(run).sort()).toEqual([...examples].sort());
});

it("judges again what Kernelmark failed on, and nothing else", async () => {
  // Finished since.
  const run = join(folder, "interrupted");
  const before = attemptsIn(run);
  const failed = before.find(({ candidate }) => candidate === "plain")!;
  appendFileSync(join(run, "attempts.jsonl"), `${JSON.stringify({ ...failed, verdict: "harness-error" })}\n`);
  expect((await grade(["--resume", run])).code).toBe(0);
  const [, again, ...others] = attemptsIn(run).slice(before.length);
  expect(again).toMatchObject({ candidate: "plain", verdict: "accepted" });
  expect(others).toEqual([]);
  const { attempts }: Results = JSON.parse(readFileSync(join(run, "results.json"), "utf8"));
  expect(attempts.map(({ verdict }) => verdict)).toEqual(["compile-error", "accepted", "plan-error", "wrong-answer"]);
});

it("judges again, when it goes on, what has changed since it was judged, and names it", async () => {
  const run = join(folder, "interrupted");
  const before = attemptsIn(run);
  const kernel = join(cohort, "plain", "softmax.wgsl");
  const text = readFileSync(kernel, "utf8");
  writeFileSync(kernel, "not WGSL");
  try {
    const resumed = await grade(["--resume", run]);
    expect(resumed.stderr).toContain("`plain/softmax.ts` has changed since it was judged, and is judged again.");
    const [again, ...others] = attemptsIn(run).slice(before.length);
    expect(again).toMatchObject({ candidate: "plain", verdict: "compile-error" });
    expect(others).toEqual([]);
    const { attempts }: Results = JSON.parse(readFileSync(join(run, "results.json"), "utf8"));
    expect(attempts).toContainEqual(again);
  } finally {
    writeFileSync(kernel, text);
  }
});

it("does not go on with a run that is frozen, or write among the submissions", async () => {
  const run = join(folder, "killed");
  await freezeRun(run);
  expect(await grade(["--resume", run])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${run} is frozen.`),
  });
  rmSync(join(run, "SHA256SUMS"));
  const out = join(cohort, "reports");
  expect(await grade(["--out", out])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`\`${out}\` is inside`),
  });
  expect(existsSync(out)).toBe(false);
});

it("does not go on with a run under another seed", async () => {
  const { code, stderr } = await grade(["--resume", join(folder, "killed"), "--seed", "another"]);
  expect(code).toBe(2);
  expect(stderr).toContain("has another seed");
});

it("judges under an earlier run's seed only what has changed since, and says what it took over", async () => {
  appendFileSync(join(cohort, "compile-error", "softmax.ts"), "// Changed.\n");
  const run = join(folder, "again");
  const again = await grade(["--again", join(folder, "killed"), "--out", run]);
  expect(again.code).toBe(0);
  expect(again.stderr).toMatch(/^ *\d\/4 +softmax +plain +accepted +as in killed$/m);
  const results: Results = JSON.parse(readFileSync(join(run, "results.json"), "utf8"));
  const earlier: Results = JSON.parse(readFileSync(join(folder, "killed", "results.json"), "utf8"));
  expect(results.seed).toBe(earlier.seed);
  expect(results.attempts.map(({ candidate, verdict, reusedFrom }) => [candidate, verdict, reusedFrom])).toEqual([
    ["compile-error", "compile-error", undefined],
    ["plain", "accepted", "killed"],
    ["plan-error", "plan-error", "killed"],
    ["wrong-answer", "wrong-answer", "killed"],
  ]);
});
