// `npm run bench:harness`: the overhead of kernelmark itself, without kernels, compilers and oracles. Prints a table of
// figures with their targets. The submissions are those of submissions/plain, graded through the command line; `npm run
// bench:checks` has a check of every task.

import { fork, spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { configure, TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { median } from "d3-array";
import { watchedCheckMs } from "./watched-check.js";

configure({ useWebWorkers: false });

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const CLI = join(ROOT, "bin/kernelmark.js");
const PLAIN = join(ROOT, "submissions/plain");
const STARTS = 5;
const WORKER_STARTS = 15;
const REPEATS = 6;

const folder = mkdtempSync(join(tmpdir(), "kernelmark-bench-"));
const rows = [];

/** Measures everything by default, or the part named by the argument. */
const wanted = process.argv[2];
const isWanted = (part) => wanted === undefined || wanted === part;

try {
  const { adapter } = JSON.parse((await run(["doctor", "--json"])).stdout);
  console.log(
    `${cpus().length} processors (${cpus()[0].model.trim()}), Node ${process.versions.node}, ${adapter.description}`,
  );

  if (isWanted("speed")) await measureSpeed(adapter);
  if (isWanted("barriers")) await measureBarriers(adapter);
  if (isWanted("again")) await measureAgain();
  if (isWanted("collect")) await measureCollect();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, value, target, unit } of rows) {
  const mark = value <= target ? "  " : " !";
  console.log(`${what.padEnd(width)}  ${value.toFixed(0).padStart(6)} ${unit}  (at most ${target} ${unit})${mark}`);
}

async function measureSpeed(adapter) {
  const softmax = candidates("first", 1, (file) => file.startsWith("softmax."));
  const firsts = [];
  for (let start = 0; start < STARTS; start++) firsts.push((await run(gradeArgs(softmax))).firstVerdictMs);
  row("first verdict of grade", median(firsts), 2000, "ms");

  const mine = join(softmax, "plain-0");
  const module = join(mine, "softmax.ts");
  const colds = [];
  for (let start = 0; start < STARTS; start++) colds.push((await run(["check", module])).wallMs);
  row("check of an accepted softmax, cold", median(colds), 2000, "ms");
  const saves = await watchedCheckMs(CLI, module, join(mine, "softmax.wgsl"), STARTS);
  row("the same with --watch, from save to verdict", median(saves), 500, "ms");

  const ready = [];
  for (let start = 0; start < WORKER_STARTS; start++) ready.push(await workerStartMs(adapter.environment));
  row("worker ready", median(ready), 250, "ms");

  const everything = candidates("all", REPEATS);
  const out = join(folder, "run");
  const graded = await run([...gradeArgs(everything), "--out", out]);
  const { attempts } = JSON.parse(readFileSync(join(out, "results.json"), "utf8"));
  for (const { candidate, task, verdict, message } of attempts) {
    if (verdict !== "accepted") throw new Error(`${candidate}/${task} is ${verdict}: ${message}`);
  }
  if (graded.peakMegabytes !== undefined) row("supervisor's memory, at most", graded.peakMegabytes, 150, "MB");
  row("overhead of a submission, all tasks", median(attempts.map(overheadMs)), 150, "ms");
  row("overhead of a submission, worst task", Math.max(...perTask(attempts, overheadMs)), 150, "ms");
}

/** The cost of confinement at a worker's start: without it, with it, and with isolation. */
async function measureBarriers({ environment, kind }) {
  const flags = ["--liftoff-only", "--max-old-space-size=1024"];
  const read = [join(ROOT, "dist"), join(ROOT, "kernels"), join(ROOT, "node_modules"), join(ROOT, "package.json")];
  const permission = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  const quiet = ["--disable-warning=ExperimentalWarning", "--disable-warning=SecurityWarning"];
  const bounded = [...flags, ...quiet, permission, "--allow-addons", ...read.map((path) => `--allow-fs-read=${path}`)];
  const starts = { open: [], bounded: [] };
  // Alternating, so that both see the same machine load.
  for (let start = 0; start < WORKER_STARTS; start++) {
    starts.open.push(await workerStartMs(environment, flags));
    starts.bounded.push(await workerStartMs(environment, bounded));
  }
  row(`worker confinement (${kind} adapter)`, Math.max(0, median(starts.bounded) - median(starts.open)), 50, "ms");
  const checks = { open: [], isolated: [] };
  const file = join(ROOT, "submissions", "plan-error", "softmax.ts");
  const check = (args) => run(["check", file, ...args], 1);
  for (let start = 0; start < STARTS; start++) {
    checks.open.push((await check([])).wallMs);
    checks.isolated.push((await check(["--isolate"])).wallMs);
  }
  row(
    "check, delay with --isolate (both processes)",
    Math.max(0, median(checks.isolated) - median(checks.open)),
    100,
    "ms",
  );
}

/** Unchanged submissions, graded again under the same seed. */
async function measureAgain() {
  const root = join(folder, "unchanged");
  for (let candidate = 0; candidate < 100; candidate++) {
    const own = join(root, `candidate-${candidate}`);
    cpSync(join(ROOT, "submissions", "plan-error"), own, {
      recursive: true,
      filter: (path) => !/attention|matmul|gmm/.test(path),
    });
    appendFileSync(join(own, "softmax.ts"), `// ${candidate}\n`);
  }
  const seed = Math.random().toString(36).slice(2);
  await run([...gradeArgs(root), "--seed", seed]);
  const again = [];
  for (let start = 0; start < STARTS; start++) again.push((await run([...gradeArgs(root), "--seed", seed])).wallMs);
  row("100 unchanged submissions, graded again", median(again), 1000, "ms");
}

/** A folder of zips, each with one candidate's files and the packages that they forgot to leave out. */
async function measureCollect() {
  const download = join(folder, "zips");
  mkdirSync(download);
  const names = [
    "softmax.ts",
    "softmax.wgsl",
    ...Array.from({ length: 50 }, (_, index) => `node_modules/p/${index}.js`),
  ];
  for (let candidate = 0; candidate < 500; candidate++) {
    const zip = new ZipWriter(new Uint8ArrayWriter());
    for (const name of names) {
      const source = join(PLAIN, name.endsWith(".wgsl") ? "softmax.wgsl" : "softmax.ts");
      await zip.add(`solution/${name}`, new TextReader(`// ${candidate}\n${readFileSync(source, "utf8")}`));
    }
    writeFileSync(join(download, `candidate-${candidate}.zip`), await zip.close());
  }
  const { wallMs, peakMegabytes } = await run(["collect", download, "--into", join(folder, "collected")]);
  row("500 zips collected", wallMs, 20_000, "ms");
  if (peakMegabytes !== undefined) row("memory of collect, at most", peakMegabytes, 300, "MB");
}

function row(what, value, target, unit) {
  rows.push({ what, value, target, unit });
  console.error(`${what}: ${value.toFixed(0)} ${unit}`);
}

/** Time outside the kernel, its compilation and the oracle. */
function overheadMs({ durationMs, timings: { kernelMs, compileMs, referenceMs } }) {
  return durationMs - kernelMs - compileMs - referenceMs;
}

function perTask(attempts, figure) {
  const groups = new Map();
  for (const attempt of attempts) groups.set(attempt.task, [...(groups.get(attempt.task) ?? []), figure(attempt)]);
  return [...groups.values()].map((figures) => median(figures));
}

/** A folder of candidates who all submit the files of submissions/plain. */
function candidates(name, size, isWanted = () => true) {
  const root = join(folder, name);
  for (let candidate = 0; candidate < size; candidate++) {
    const own = join(root, `plain-${candidate}`);
    mkdirSync(own, { recursive: true });
    for (const file of readdirSync(PLAIN).filter(isWanted)) cpSync(join(PLAIN, file), join(own, file));
  }
  return root;
}

function gradeArgs(root) {
  return ["grade", root, "--jobs", "1", "--out", join(root, "..", `out-${Math.random().toString(36).slice(2)}`)];
}

/** Runs the command line. */
function run(args, expectedCode = 0) {
  return new Promise((settle, fail) => {
    const startMs = performance.now();
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let firstVerdictMs;
    let peakMegabytes;
    const watch = setInterval(() => {
      peakMegabytes = peakMemory(child.pid) ?? peakMegabytes;
    }, 20);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      if (/^1\/\d+ /m.test(stderr)) firstVerdictMs ??= performance.now() - startMs;
    });
    child.on("close", (code) => {
      clearInterval(watch);
      if (code !== expectedCode) fail(new Error(`kernelmark ${args.join(" ")} exited with code ${code}:\n${stderr}`));
      else settle({ stdout, firstVerdictMs, peakMegabytes, wallMs: performance.now() - startMs });
    });
  });
}

/** The peak memory of a process so far, as reported by Linux; undefined elsewhere. */
function peakMemory(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1000;
  } catch {
    return undefined;
  }
}

/** Time from starting a worker process until it is ready for a submission. */
function workerStartMs(environment, execArgv = []) {
  return new Promise((settle) => {
    const startMs = performance.now();
    const worker = fork(join(ROOT, "dist/harness/worker/worker-main.js"), [], {
      env: environment,
      execArgv,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    worker.once("message", () => {
      settle(performance.now() - startMs);
      worker.kill("SIGKILL");
    });
  });
}
