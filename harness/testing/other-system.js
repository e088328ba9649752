// Preloaded into every process of a command (`node --import`), so that Kernelmark's own code sees another system, as far
// as Linux can show it: the platform's name, no `/proc`, Windows's signals, files that a virus scanner holds.
// Node itself, Dawn and esbuild keep seeing this system; Dawn gets SwiftShader in place of Metal or Direct3D 12.
// Plain JavaScript, as it runs in processes without a build.
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** `darwin` or `win32`, and the variables with which Dawn finds SwiftShader, as JSON. */
const { KERNELMARK_TEST_PLATFORM: platform, KERNELMARK_TEST_DRIVER: driver } = process.env;
const isWindows = platform === "win32";
const program = basename(process.argv[1] ?? "");

showPlatform();
hideProc();
passOn();
if (isWindows) restrict();
if (program === "probe.js") await describeAdapter();
else if (isWindows && /^(worker|reference)-main\.js$/.test(program)) await requireFallback();
if (program === "confinement-check-main.js") forgetDriver();
syncBuiltinESMExports();

function showPlatform() {
  const real = process.platform;
  const get = () => (isOwn(callerOf(get)) ? platform : real);
  Object.defineProperty(process, "platform", { get, configurable: true, enumerable: true });
}

/** The file of the function that called this one. */
function callerOf(called) {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => sites[0]?.getFileName() ?? "";
  const holder = {};
  Error.captureStackTrace(holder, called);
  const file = holder.stack;
  Error.prepareStackTrace = prepareStackTrace;
  return file;
}

function isOwn(file) {
  return !file.startsWith("node:") && !file.includes("/node_modules/");
}

function hideProc() {
  for (const name of ["readFileSync", "readdirSync", "readlinkSync", "writeFileSync", "existsSync"]) {
    const original = fs[name];
    fs[name] = (path, ...rest) => {
      if (typeof path === "string" && path.startsWith("/proc")) throw failure("ENOENT", path);
      return original(path, ...rest);
    };
  }
}

/** Confined processes get only named variables, and may read only named files. */
function passOn() {
  const { fork } = childProcess;
  const self = fileURLToPath(import.meta.url);
  childProcess.fork = (module, args, options) =>
    fork(module, args, {
      ...options,
      env: {
        ...options.env,
        ...JSON.parse(driver),
        KERNELMARK_TEST_PLATFORM: platform,
        KERNELMARK_TEST_DRIVER: driver,
      },
      execArgv: [`--import=${import.meta.url}`, `--allow-fs-read=${self}`, ...options.execArgv],
    });
}

const HELD_TIMES = 2;

function restrict() {
  process.getuid = undefined;
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (![undefined, 0, "SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT"].includes(signal)) throw failure("ENOSYS", "kill");
    return kill(pid, signal);
  };
  const tries = new Map();
  const hold = (owner, name, isHeld, code) => {
    const original = owner[name];
    owner[name] = (path, ...rest) => {
      const count = tries.get(path) ?? 0;
      tries.set(path, count + 1);
      if (isHeld(String(path)) && count < HELD_TIMES) throw failure(code, path);
      return original(path, ...rest);
    };
  };
  hold(fs, "renameSync", () => true, "EPERM");
  // As an editor that is saving it.
  hold(fs, "openSync", (path) => path.endsWith(".wgsl"), "EBUSY");
}

async function describeAdapter() {
  const { globals } = await import("webgpu");
  const info = isWindows
    ? { vendor: "microsoft", architecture: "", device: "Microsoft Basic Render Driver" }
    : { vendor: "apple", architecture: "metal-3", device: "Apple M2" };
  const description = isWindows
    ? "D3D12 driver version 10.0.26100.1"
    : "Metal driver on macOS Version 26.1 (Build 25B78)";
  for (const [name, value] of Object.entries({ ...info, description, isFallbackAdapter: isWindows })) {
    Object.defineProperty(globals.GPUAdapterInfo.prototype, name, { get: () => value, configurable: true });
  }
}

/** As if there were a GPU too: a worker must ask for WARP. */
async function requireFallback() {
  const { globals } = await import("webgpu");
  const { requestAdapter } = globals.GPU.prototype;
  globals.GPU.prototype.requestAdapter = function (options) {
    return options?.forceFallbackAdapter ? requestAdapter.call(this, options) : Promise.resolve(null);
  };
}

function forgetDriver() {
  for (const name of ["KERNELMARK_TEST_PLATFORM", "KERNELMARK_TEST_DRIVER", ...Object.keys(JSON.parse(driver))]) {
    delete process.env[name];
  }
}

function failure(code, path) {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}
