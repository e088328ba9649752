// `npm run bundle`: one archive that runs on a Linux x64 machine with a Vulkan driver, but without network, npm or Node.
// Contains Node, dist/, the packages needed at run time, Dawn for Linux only, and of @sparticuz/chromium just the
// archive with SwiftShader and the Vulkan loader. Finally unpacks the archive and tries it in an empty environment.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { create } from "tar";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const OUT = join(ROOT, "bundle");
const LARGEST_BYTES = 64 * 2 ** 20;
const PACKAGE = readJson("package.json");
const NAME = `kernelmark-${PACKAGE.version}-linux-x64`;

/** Kernelmark's own files: the sources of tasks are read, and starters copied, from the tasks' folders. */
const OWN = [
  ...["bin/kernelmark.js", "bin/build.js", "bin/open-files-limit.js"],
  ...["dist", "harness/adapter/probe.js", "kernels", "submissions", "docs"],
];
const OWN_FILES = [
  ...["package.json", "README.md", "LICENSE", "scripts/hardware.sh"],
  // `init` writes candidates' types from these.
  ...["candidate-api", "task-types", "wgsl-files"].map((name) => `harness/submission/${name}.d.ts`),
];
/** Not needed at run time: tests, types, maps, documentation of packages. */
const LEFT_OUT = /\.test\.ts$|\.map$|\.d\.[cm]?ts$|\.scratch\.ts$|\.tmp$|\/(README|CHANGELOG|HISTORY)[^/]*$/i;
/** Packages of which only some files are needed. */
const PARTS = {
  webgpu: ["package.json", "index.js", "LICENSE.md", "dist/linux-x64"],
  "@sparticuz/chromium": ["package.json", "build/cjs", "bin/swiftshader.tar.br"],
};

if (process.platform !== "linux" || process.arch !== "x64")
  fail("The bundle is for Linux x64. Make it on such a machine.");
rmSync(OUT, { recursive: true, force: true });
const folder = join(OUT, NAME);
mkdirSync(folder, { recursive: true });
for (const path of [...OWN, ...OWN_FILES]) copy(path);
for (const name of neededPackages()) {
  const parts = PARTS[name] ?? [""];
  for (const part of parts) copy(join("node_modules", name, part));
}
cpSync(process.execPath, join(folder, "node"), { dereference: true });
writeFileSync(join(folder, "kernelmark"), launcher());
chmodSync(join(folder, "kernelmark"), 0o755);

const archive = join(OUT, `${NAME}.tar.gz`);
await create({ gzip: { level: 9 }, file: archive, cwd: OUT, portable: true }, [NAME]);
const { size } = statSync(archive);
console.log(`${archive}: ${(size / 2 ** 20).toFixed(1)} MiB`);
if (size > LARGEST_BYTES) fail(`The archive exceeds the limit of ${LARGEST_BYTES / 2 ** 20} MiB.`);
tryOut();

/** The run-time packages: those of the lock file that are neither development nor optional ones. */
function neededPackages() {
  const { packages } = readJson("package-lock.json");
  const isNeeded = ([path, { dev, optional, devOptional }]) => path !== "" && !dev && !optional && !devOptional;
  const needed = Object.entries(packages)
    .filter(isNeeded)
    .map(([path]) => path.replace("node_modules/", ""));
  return [...needed, "@esbuild/linux-x64", "@sparticuz/chromium"];
}

function copy(path) {
  const from = join(ROOT, path);
  if (!existsSync(from)) fail(`${path} is missing: run npm ci.`);
  cpSync(from, join(folder, path), {
    recursive: true,
    filter: (file) => !LEFT_OUT.test(file) || OWN_FILES.includes(path),
  });
}

function launcher() {
  return `#!/bin/sh
# Starts kernelmark with the Node next to it.
here=$(dirname -- "$(readlink -f -- "$0")")
exec "$here/node" "$here/bin/kernelmark.js" "$@"
`;
}

/** Unpacks the archive elsewhere, and runs it with an empty environment. */
function tryOut() {
  const elsewhere = mkdtempSync(join(tmpdir(), "kernelmark-bundle-"));
  try {
    check("tar", ["-xzf", archive, "-C", elsewhere], elsewhere);
    const start = join(elsewhere, NAME, "kernelmark");
    const cwd = join(elsewhere, NAME);
    // A separate cache, so that nothing unpacked earlier helps.
    const empty = ["-i", `XDG_CACHE_HOME=${join(elsewhere, "cache")}`, start];
    console.log(check("env", [...empty, "doctor"], cwd).trim());
    const verdict = JSON.parse(check("env", [...empty, "check", "submissions/plain/softmax.ts", "--json"], cwd));
    const quick = ["--shape", "rows=64,cols=16", "--budget", "200ms", "--json"];
    const measured = JSON.parse(check("env", [...empty, "bench", "softmax", ...quick], cwd));
    console.log(`In an empty environment: check returned ${verdict.verdict}, bench returned ${measured.state}.`);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

function check(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  fail(`${basename(command)} ${args.join(" ")} failed: ${error?.message ?? `${stdout}${stderr}`}`);
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
