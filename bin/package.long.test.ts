import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../harness/files/package-root.ts";
import { TestRepository } from "../harness/testing/test-repository.ts";

/** Folders of a checkout that are neither sources nor documents. */
const NOT_SOURCE = [".git", "bundle", "dist", "node_modules", "reports"];

const root = mkdtempSync(join(tmpdir(), "kernelmark-package-"));
const course = join(root, "course");
const installed = join(course, "node_modules", "kernelmark");
const repository = new TestRepository({});
afterAll(() => {
  repository.delete();
  rmSync(root, { recursive: true, force: true });
});

/** Packs a copy of the checkout (other tests use its `dist/`), and installs it without network. */
beforeAll(async () => {
  const source = join(root, "source");
  mkdirSync(source);
  for (const name of readdirSync(packageRoot())) {
    if (!NOT_SOURCE.includes(name)) cpSync(join(packageRoot(), name), join(source, name), { recursive: true });
  }
  symlinkSync(join(packageRoot(), "node_modules"), join(source, "node_modules"));
  run("npm", ["pack", "--offline", "--pack-destination", root], source);
  const archive = readdirSync(root).find((name) => name.endsWith(".tgz"));
  mkdirSync(installed, { recursive: true });
  await extract({ file: join(root, archive!), cwd: installed, strip: 1 });
  installDependencies();
  submit(course, "ada");
  writeFileSync(join(course, "roster.csv"), "candidate,name\nme,Mia\nada,Ada\n");
});

/** The lock file's packages, except development ones, where npm would install them: next to Kernelmark. */
function installDependencies() {
  const { packages }: { packages: Record<string, { readonly dev?: boolean }> } = JSON.parse(
    readFileSync(join(packageRoot(), "package-lock.json"), "utf8"),
  );
  for (const [path, { dev }] of Object.entries(packages)) {
    // Optional packages are installed only on some platforms.
    if (path === "" || dev || !existsSync(join(packageRoot(), path))) continue;
    linkFiles(join(packageRoot(), path), join(course, path));
  }
}

/** Links to files, not to folders: workers may read only files in Kernelmark's installation folder. */
function linkFiles(from: string, to: string) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== "node_modules") linkFiles(source, target);
    else if (entry.isFile() && !existsSync(target)) linkFile(source, target);
  }
}

function linkFile(source: string, target: string) {
  try {
    linkSync(source, target);
  } catch {
    // On another file system.
    copyFileSync(source, target);
  }
}

function run(command: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  expect(status, `${command} ${args.join(" ")}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

function kernelmark(args: readonly string[], cwd = course) {
  const { GITHUB_ACTIONS: _, FORCE_COLOR: __, ...env } = process.env;
  const launcher = join(installed, "bin", "kernelmark.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], { cwd, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** A shipped example, as if a candidate had written it. */
function submit(folder: string, candidate: string) {
  for (const file of ["softmax.ts", "softmax.wgsl"]) {
    cpSync(join(installed, "submissions", "plain", file), join(folder, "submissions", candidate, file));
  }
}

test("init writes a starter that TypeScript accepts and check judges", () => {
  expect(kernelmark(["init", "softmax", "--name", "me"])).toMatchObject({ status: 0, stderr: "" });
  const tsc = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
  expect(run(process.execPath, [tsc, "-p", "submissions/me"], course)).toBe("");
  const { stdout, stderr } = kernelmark(["check", "submissions/me/softmax.ts", "--json"]);
  expect(JSON.parse(stdout), stderr).toMatchObject({ verdict: "wrong-answer" });
});

test("grade joins a roster and writes all reports", () => {
  const out = join(course, "reports", "week-1");
  const { status, stdout, stderr } = kernelmark(["grade", "--roster", "roster.csv", "--out", out]);
  expect(status, stdout + stderr).toBe(0);
  expect(readFileSync(join(out, "canvas.csv"), "utf8")).toMatch(/^Ada,/m);
  expect(existsSync(join(out, "index.html"))).toBe(true);
});

test("bench measures an accepted kernel", () => {
  const quick = ["--shape", "rows=64,cols=16", "--budget", "200ms", "--json"];
  const { stdout, stderr } = kernelmark(["bench", "submissions/ada/softmax.ts", ...quick]);
  expect(JSON.parse(stdout), stderr).toMatchObject({ state: "measured" });
});

test("ci grades the submissions that a branch changes", () => {
  repository.branch("ada");
  submit(repository.folder, "ada");
  repository.commit();
  const { status, stdout, stderr } = kernelmark(["ci", "--base", "main", "--out", join(root, "ci")], repository.folder);
  expect(status, stdout + stderr).toBe(0);
});

test("site writes the pages and all that they load", () => {
  const out = join(root, "site");
  expect(kernelmark(["site", "--out", out])).toMatchObject({ status: 0, stderr: "" });
  const files = readdirSync(out, { recursive: true, encoding: "utf8" });
  const needed = ["index.html", "site.js", "site.css", "check-worker.js", "catalogue.json", "tasks/softmax.json"];
  expect(files).toEqual(expect.arrayContaining([...needed, "chunks/emscripten-module.wasm"]));
});

test("the oracles agree with the shipped values", () => {
  const { status, stdout, stderr } = kernelmark(["tasks", "softmax", "--check"]);
  expect(status, stdout + stderr).toBe(0);
});

/** A candidate's copy of an own task's plain kernel, with a plan for it. */
function submitOwn(folder: string, candidate: string) {
  mkdirSync(join(folder, candidate), { recursive: true });
  cpSync(join(course, "own/ada/my-rms-norm.ts"), join(folder, candidate, "my-rms-norm.ts"));
  cpSync(join(course, "tasks/my-rms-norm/plain.wgsl"), join(folder, candidate, "my-rms-norm.wgsl"));
}

test("a task of one's own has types, is verified, checked, graded, measured and reported", () => {
  expect(kernelmark(["new-task", "my-rms-norm"])).toMatchObject({ status: 0, stderr: "" });
  const tsc = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
  expect(run(process.execPath, [tsc, "-p", "tasks"], course)).toBe("");
  const verified = kernelmark(["verify", "tasks/my-rms-norm", "--quick"]);
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
  kernelmark(["init", "my-rms-norm", "--name", "ada", "--dir", "own", "--tasks", "tasks"]);
  submitOwn(join(course, "own"), "bea");
  const starter = kernelmark(["check", "own/ada/my-rms-norm.ts", "--tasks", "tasks", "--json"]);
  expect(JSON.parse(starter.stdout), starter.stderr).toMatchObject({ verdict: "wrong-answer" });

  const speed = "{ against: tuned, full: 100 }";
  writeFileSync(
    join(course, "week.yaml"),
    `taskFolder: tasks\ntasks:\n  my-rms-norm: { points: 7, correctness: 0.9, speed: ${speed} }\n`,
  );
  const out = join(root, "own");
  const graded = kernelmark(["grade", "own", "--assignment", "week.yaml", "--budget", "100ms", "--out", out]);
  expect(graded.status, graded.stdout + graded.stderr).toBe(0);
  const { attempts } = JSON.parse(readFileSync(join(out, "results.json"), "utf8"));
  expect(attempts).toMatchObject([
    { candidate: "ada", task: "my-rms-norm", verdict: "wrong-answer" },
    { candidate: "bea", task: "my-rms-norm", verdict: "accepted", measurement: { state: "measured" } },
  ]);
  for (const file of ["marks.csv", "cases.csv", "junit.xml", "feedback/bea.html"]) {
    expect(readFileSync(join(out, file), "utf8"), file).toContain("my-rms-norm");
  }

  const quick = ["--shape", "rows=64,cols=16", "--budget", "100ms", "--tasks", "tasks", "--json"];
  const measured = kernelmark(["bench", "own/bea/my-rms-norm.ts", ...quick]);
  expect(JSON.parse(measured.stdout), measured.stderr).toMatchObject({ state: "measured" });
});

test("ci grades a task of one's own as the base branch has it", () => {
  repository.git("checkout", "-q", "main");
  cpSync(join(course, "tasks"), join(repository.folder, "tasks"), { recursive: true });
  repository.commit();
  repository.branch("bea");
  submitOwn(join(repository.folder, "submissions"), "bea");
  repository.commit();
  writeFileSync(join(repository.folder, "tasks/my-rms-norm/task.ts"), "const = 1;");
  const args = ["ci", "--base", "main", "--tasks", "tasks", "--out", join(root, "ci-own")];
  const { status, stdout, stderr } = kernelmark(args, repository.folder);
  expect(status, stdout + stderr).toBe(0);
});

test("contains the targets of its README's links, and nothing that only a checkout needs", () => {
  const readme = readFileSync(join(installed, "README.md"), "utf8");
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path!);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
  const unneeded = /\.test\.ts$|\.map$|variants|specimens|(?<!equivalent-)mutants|testing|scripts|redteam|made-up/;
  expect(files.filter((path) => unneeded.test(path))).toEqual([]);
});
