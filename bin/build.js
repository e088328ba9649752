// Builds dist/ with esbuild. Plain JavaScript, since it runs before anything is built; run by `npm run build`, by
// `prepare`, and by the launcher when the source changed. For a package, it builds only the package's contents.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const DIST = join(ROOT, "dist");
const STAMP = join(DIST, "built-from");
const SOURCE_FOLDERS = ["harness", "kernels", "reference", "scripts"];
/** Entry points: started, or imported by a name known only at run time. Tasks are found by their files. */
const PROGRAM = /^harness\/(cli\/main|task\/authoring|(worker|verify)\/[a-z-]+-main)\.ts$/;
const TASK = /^kernels\/[^/]+\/[^/]+\/task\.ts$/;
/** Entry points of proofs, benchmarks and fuzzing, which need a checkout. */
const TOOL =
  /^scripts\/(bench\/(checks|fleet|memory|method|parts|report|site)|(redteam|adapters|cohort|docs|hardware|load|natural|parity|peers|proofs)\/main|natural\/judge-main|peers\/measure-main|docs\/screenshots|fuzz\/(main|compiler-main)|messages)\.ts$/;
const VARIANTS = /^kernels\/[^/]+\/[^/]+\/variants\.ts$/;
/** Contents of pages: browser scripts and style sheets. Their packages are needed only for building. */
const PAGE_ASSET = /^harness\/report\/html\/(browser\/[^/]+-page-main\.tsx|(?!base)[^/]+\.css)$/;
/** Entry points of the site, which checks kernels in the browser. */
const SITE_ENTRIES = {
  site: "harness/site/browser/site-main.tsx",
  "check-worker": "harness/site/worker/check-worker-main.ts",
};
/** The site's service worker: one file, which `kernelmark site` completes with the list of all files. */
const OFFLINE_ENTRY = "harness/site/browser/offline-main.ts";
const BUNDLED_PACKAGES = [
  "@dodona/dolos-core",
  "@jridgewell/trace-mapping",
  "@noble/hashes",
  "csv-parse",
  "csv-stringify",
  "d3-array",
  "fastest-levenshtein",
  "picocolors",
  "string-width",
  "yargs",
  "zod",
];
const ENGINE = join(ROOT, "node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm");
const DAY_MS = 24 * 60 * 60 * 1000;

/** Builds unless dist/ matches the source. Never builds in an installed package, which has no tsconfig.json. */
export async function buildIfStale() {
  if (!existsSync(join(ROOT, "tsconfig.json"))) return;
  const sources = findSources();
  if (readStamp() !== fingerprint(sources)) await build(sources);
}

/**
 * Rejects with esbuild's errors, which are already printed.
 *
 * @param {{ isForPackage?: boolean }} [options] for a package, omits tools and source maps; a checkout builds
 * again at its next start
 */
async function build(sources, { isForPackage = false } = {}) {
  // Taken before the files are read, so that the next start notices a change made meanwhile.
  const stamp = fingerprint(sources);
  const esbuild = await import("esbuild");
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: findEntryPoints(sources, isForPackage),
    outdir: DIST,
    outbase: ROOT,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    external: externalPackages(),
    loader: { ".wgsl": "text" },
    sourcemap: !isForPackage,
    write: false,
    logLevel: "warning",
  });
  const files = [...outputFiles, ...(await buildPageAssets(esbuild, sources)), ...(await buildSite(esbuild))];
  if (isForPackage) {
    rmSync(DIST, { recursive: true, force: true });
    await writeTaskTypes();
  }
  for (const { path, contents } of files) writeWhole(path, contents);
  if (isForPackage) return;
  removeOthers(files.map(({ path }) => path));
  writeWhole(STAMP, stamp);
}

/**
 * Packages that stay separate: those with native code, or that locate their own files at run time. The others are
 * bundled into the chunks, without unused code: a process that imports one file starts sooner than one that imports a
 * hundred.
 */
function externalPackages() {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  const all = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
  return all.filter((name) => !BUNDLED_PACKAGES.includes(name));
}

/** How browser code is built. */
const FOR_BROWSERS = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  platform: "browser",
  target: ["chrome123", "firefox120", "safari17.5"],
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  legalComments: "none",
  write: false,
  logLevel: "warning",
};

/**
 * The site's scripts in `dist/site/`: page and worker share chunks, and each task is a chunk of its own. `kernelmark site`
 * adds the pages.
 */
async function buildSite(esbuild) {
  if (!Object.values(SITE_ENTRIES).every((path) => existsSync(join(ROOT, path)))) return [];
  const outdir = join(DIST, "site");
  const shared = { ...FOR_BROWSERS, outdir };
  const [scripts, style, offline] = await Promise.all([
    esbuild.build({
      ...shared,
      entryPoints: SITE_ENTRIES,
      format: "esm",
      splitting: true,
      chunkNames: "chunks/[name]-[hash]",
      loader: { ".wgsl": "text" },
    }),
    esbuild.build({ ...shared, entryPoints: { site: "harness/site/browser/site.css" } }),
    esbuild.build({ ...shared, entryPoints: { offline: OFFLINE_ENTRY }, format: "iife" }),
  ]);
  // The engine's loader looks for it next to itself.
  const engine = { path: join(outdir, "chunks/emscripten-module.wasm"), contents: readFileSync(ENGINE) };
  return [...scripts.outputFiles, ...style.outputFiles, ...offline.outputFiles, engine];
}

/** Each becomes one file in `dist/pages/`, such as `index.js` or `index.css`: making a page only concatenates texts. */
async function buildPageAssets(esbuild, sources) {
  const paths = sources.map(({ path }) => path).filter((path) => PAGE_ASSET.test(path));
  const nameOf = (path) => basename(path).replace(/(-page-main)?\.(tsx|css)$/, "");
  const { outputFiles } = await esbuild.build({
    ...FOR_BROWSERS,
    entryPoints: paths.map((path) => ({ in: path, out: nameOf(path) })),
    outdir: join(DIST, "pages"),
    format: "iife",
  });
  return outputFiles;
}

/** Types of `kernelmark/task`, for editors. */
async function writeTaskTypes() {
  const { execa } = await import("execa");
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const to = ["--declaration", "--emitDeclarationOnly", "--noEmit", "false", "--outDir", join(DIST, "types")];
  const how = ["--target", "es2023", "--module", "esnext", "--moduleResolution", "bundler", "--skipLibCheck"];
  const allowed = ["--allowImportingTsExtensions", "--resolveJsonModule", "--strict", "--exactOptionalPropertyTypes"];
  const options = [...to, ...how, ...allowed, "--ignoreConfig", "--rootDir", ROOT];
  await execa(process.execPath, [tsc, ...options, join(ROOT, "harness/task/authoring.ts")]);
}

function findSources() {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (/\.(tsx?|js|json|wgsl|css)$/.test(path) && !path.endsWith(".test.ts")) found.push(describe(path));
    }
  };
  for (const folder of SOURCE_FOLDERS) if (existsSync(join(ROOT, folder))) walk(folder);
  return [...found, ...["package.json", "bin/build.js"].map(describe)];
}

/** Omits a task that lacks a part, so that the others keep working; loading it names the missing part. */
function findEntryPoints(sources, isForPackage) {
  const paths = new Set(sources.map(({ path }) => path));
  const partsFile = join(ROOT, "harness/catalog/parts.json");
  const parts = existsSync(partsFile) ? JSON.parse(readFileSync(partsFile, "utf8")) : [];
  const isWhole = (path) => parts.every((part) => paths.has(`${dirname(path)}/${part}`));
  const isTool = (path) => TOOL.test(path) || (VARIANTS.test(path) && isWhole(path));
  return [...paths].filter(
    (path) => PROGRAM.test(path) || (TASK.test(path) && isWhole(path)) || (!isForPackage && isTool(path)),
  );
}

function describe(path) {
  const { mtimeMs, size } = statSync(join(ROOT, path));
  return { path, mtimeMs, size };
}

/** Changes when a source file is edited, added, renamed or deleted. */
function fingerprint(sources) {
  const lines = sources.map(({ path, mtimeMs, size }) => `${path} ${mtimeMs} ${size}`);
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

function readStamp() {
  try {
    return readFileSync(STAMP, "utf8");
  } catch {
    return undefined;
  }
}

/** Written atomically: two commands may build while a third reads. */
function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  replaceFile(temporary, path);
}

/** As harness/system/replace-file.ts, which is not built yet: on Windows, a virus scanner may have the file open. */
function replaceFile(from, to, triesLeft = 20) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!["EPERM", "EACCES", "EBUSY"].includes(error.code) || process.platform !== "win32" || triesLeft === 0)
      throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    replaceFile(from, to, triesLeft - 1);
  }
}

function removeOthers(paths) {
  // Not whole paths: on Windows, their drive letters may differ in case.
  const kept = new Set(paths.map((path) => relative(DIST, path)));
  for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile() || kept.has(relative(DIST, path)) || path === STAMP || path.endsWith(".tmp")) continue;
    // A run that started before this build may still import its old chunks.
    const isRecentChunk = dirname(path) === join(DIST, "chunks") && Date.now() - statSync(path).mtimeMs < DAY_MS;
    if (!isRecentChunk) rmSync(path, { force: true });
  }
}

// Node resolves links in the module's URL, but not in the argument: `/tmp` is one on macOS.
if (process.argv[1] && realpathSync.native(process.argv[1]) === realpathSync.native(fileURLToPath(import.meta.url))) {
  const isForPackage = ["pack", "publish"].includes(process.env.npm_command);
  await build(findSources(), { isForPackage }).catch((error) => {
    if (!error.errors) console.error(error.message);
    process.exitCode = 3;
  });
}
