import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { packageRoot } from "../files/package-root.ts";
import type { Attempt } from "../results/attempt.ts";

const KILLS = 50;
/** Correct, wrong and non-compiling submissions, five each, so that there is always work to kill. */
const EXAMPLES = ["compile-error", "plan-error", "plain", "wrong-answer"];
const COPIES = 5;

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const cohort = join(folder, "cohort");
const temporary = join(folder, "tmp");

beforeAll(() => {
  mkdirSync(temporary);
  for (const name of EXAMPLES) {
    for (let copy = 0; copy < COPIES; copy++) {
      const own = join(cohort, `${name}-${copy}`);
      mkdirSync(own, { recursive: true });
      const source = join(packageRoot(), "submissions", name);
      for (const file of readdirSync(source))
        if (file.startsWith("softmax")) cpSync(join(source, file), join(own, file));
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `kernelmark grade`, and kills it after a delay unless it ends before. */
function grade(args: readonly string[], killAfterMs?: number): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => {
    const script = join(packageRoot(), "bin", "kernelmark.js");
    const child = spawn(process.execPath, [script, "grade", cohort, "--jobs", "1", "--fresh", ...args], {
      stdio: "ignore",
      env: { ...process.env, TMPDIR: temporary, XDG_CACHE_HOME: join(folder, "cache") },
    });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(signal ?? code);
    });
  });
}

const logged = (run: string): Attempt[] => {
  const text = readFileSync(join(run, "attempts.jsonl"), "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};
const verdicts = (attempts: readonly Attempt[]) =>
  attempts.map(({ candidate, verdict, message }) => [candidate, verdict, message]).sort();

it(`ends with the verdicts of an undisturbed run, however often it is killed (${KILLS} times)`, async () => {
  const seed = String(randomInt(2 ** 32));
  console.log(`The times of the kills are random, with seed ${seed}.`);
  const random = new Random(seed, "kills");
  const undisturbed = join(folder, "undisturbed");
  const startMs = performance.now();
  expect(await grade(["--seed", seed, "--out", undisturbed])).toBe(0);
  const wholeMs = performance.now() - startMs;

  // If a run ends despite the kills, another follows until there have been enough kills.
  for (let kills = 0, run = 0; kills < KILLS; run++) {
    const disturbed = join(folder, `disturbed-${run}`);
    let isBegun = false;
    for (;;) {
      const args = isBegun ? ["--resume", disturbed] : ["--seed", seed, "--out", disturbed];
      const isLast = kills === KILLS;
      const end = await grade(args, isLast ? undefined : (0.05 + 0.4 * random.uniform()) * wholeMs);
      if (end === "SIGKILL") kills++;
      isBegun ||= readdirSync(folder).includes(`disturbed-${run}`) && hasResults(disturbed);
      if (end === 0) break;
      expect(end).toBe("SIGKILL");
      if (!isBegun) rmSync(disturbed, { recursive: true, force: true });
    }
    expect(verdicts(logged(disturbed))).toEqual(verdicts(logged(undisturbed)));
    expect(JSON.parse(readFileSync(join(disturbed, "results.json"), "utf8"))).toMatchObject({
      state: "finished",
      seed,
    });
  }

  await expect.poll(orphans, { timeout: 30_000 }).toEqual([]);
  // Later runs deleted the leftovers of the killed ones.
  expect(readdirSync(temporary).filter((name) => name.startsWith("kernelmark-of-"))).toEqual([]);
}, 3_600_000);

function hasResults(run: string): boolean {
  return readdirSync(run).includes("results.json");
}

/** Our processes that outlived their supervisor: those with this test's temporary folder as working directory. */
function orphans(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${temporary}\0`);
    } catch {
      return false;
    }
  });
}
