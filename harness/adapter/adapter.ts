import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { writeAtomically } from "../files/atomic-file.ts";
import { FALLBACK_ADAPTER } from "../platform/dawn-options.ts";
import type { AdapterName } from "../results/adapter-name.ts";
import type { AdapterDescription } from "../results/results.ts";
import { currentSystem } from "../system/current-system.ts";
import { UserError } from "../text/user-error.ts";
import { ADAPTER_TITLES, adapterHint, adaptersHere, loadingHint } from "./adapters-of-system.ts";
import { installAdvice } from "./driver-advice.ts";
import { type AdapterInfo, type ProbeResult, runProbe } from "./run-probe.ts";
import { loaderEnvironment, swiftShaderEnvironment, swiftShaderFolder } from "./swiftshader.ts";
import { driversEnvironment, findVulkanDrivers } from "./vulkan-drivers.ts";

/** The adapter that kernels run on, and how to start a process whose Dawn selects it. */
export interface AdapterChoice extends AdapterDescription {
  /** Must be set before the process starts: the dynamic linker reads it then. */
  readonly environment: Record<string, string>;
}

/** The result of trying one adapter. `reason` completes a sentence; `hint` is a command or another fix. */
export type AdapterTrial =
  | { readonly name: AdapterName; readonly adapter: AdapterChoice }
  | { readonly name: AdapterName; readonly adapter?: undefined; readonly reason: string; readonly hint: string };

export interface AdapterOptions {
  /** Tried before the others. The environment variable KERNELMARK_ADAPTER is stricter: it excludes the others. */
  readonly prefer?: AdapterName | undefined;
}

/** Chooses the adapter for this machine, without loading Dawn into this process. */
export async function findAdapter(options: AdapterOptions = {}): Promise<AdapterChoice> {
  const forced = forcedAdapter(process.env.KERNELMARK_ADAPTER);
  const names = new Set(forced ? [forced] : [...(options.prefer ? [options.prefer] : []), ...adaptersHere()]);
  const failures: { name: AdapterName; reason: string; hint: string }[] = [];
  for (const name of names) {
    const trial = await tryAdapter(name, { trustMemory: true });
    if (trial.adapter) return trial.adapter;
    failures.push(trial);
  }
  const reasons = failures.map(({ name, reason }) => `${ADAPTER_TITLES[name]}: ${reason}`).join("; ");
  const onlyForced = forced ? ` KERNELMARK_ADAPTER=${forced} excludes the others.` : "";
  // The software adapter is tried last and is the easiest to get.
  throw new UserError(`No WebGPU adapter works on this machine (${reasons}).${onlyForced}`, failures.at(-1)?.hint);
}

/**
 * Tries one adapter in a child process.
 *
 * @param trustMemory skips the trial of SwiftShader and uses its last description: it does not depend on the system
 */
export async function tryAdapter(name: AdapterName, { trustMemory = false } = {}): Promise<AdapterTrial> {
  try {
    return { name, adapter: await adapterOf(name, trustMemory) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, reason: error.message.replace(/\.$/, ""), hint: error.hint ?? "" };
  }
}

function adapterOf(name: AdapterName, trustMemory: boolean): Promise<AdapterChoice> {
  if (!adaptersHere().includes(name)) throw new UserError("not available on this system", adapterHint("gpu"));
  switch (name) {
    case "swiftshader":
      return trySwiftShader(trustMemory);
    case "warp":
      return tryInstalled(name, { [FALLBACK_ADAPTER]: "1" });
    case "gpu":
    case "lavapipe":
      return currentSystem() === "linux" ? tryVulkan(name) : tryInstalled(name, {});
  }
}

function forcedAdapter(text: string | undefined): AdapterName | undefined {
  // In cmd, `set NAME=value && …` keeps the blank.
  const value = text?.trim();
  if (!value) return undefined;
  const name = adaptersHere().find((known) => known === value);
  if (name) return name;
  throw new UserError(
    `The environment variable KERNELMARK_ADAPTER is "${value}", which is not an adapter of this system.`,
    `Set it to one of ${adaptersHere().join(", ")}, or unset it to use the best adapter that works.`,
  );
}

async function tryVulkan(name: "gpu" | "lavapipe"): Promise<AdapterChoice> {
  const manifests = findVulkanDrivers()[name];
  if (manifests.length === 0) {
    throw new UserError(name === "gpu" ? "no Vulkan driver is installed" : "not installed", adapterHint(name));
  }
  const environment = driversEnvironment(manifests);
  const result = await runProbe(environment);
  if (result.found !== undefined || result.lacks !== "loader") return accepted(name, result, environment);
  const withLoader = { ...environment, ...loaderEnvironment(await borrowedLoaderFolder()) };
  return accepted(name, await runProbe(withLoader), withLoader);
}

/** Dawn asks Metal or Direct3D 12 for its adapters; no driver needs to be found first. */
async function tryInstalled(name: AdapterName, environment: Record<string, string>): Promise<AdapterChoice> {
  return accepted(name, await runProbe(environment), environment);
}

/** @throws UserError if Dawn found no adapter, or another than the named one */
function accepted(name: AdapterName, result: ProbeResult, environment: Record<string, string>): AdapterChoice {
  if (result.found === undefined) {
    throw new UserError(result.reason, result.lacks === "libraries" ? loadingHint() : adapterHint(name));
  }
  refuse(name, result.found);
  return choice(name, result.found, environment);
}

async function borrowedLoaderFolder(): Promise<string> {
  try {
    return await swiftShaderFolder();
  } catch {
    throw new UserError("the Vulkan loader libvulkan.so.1 is missing", installAdvice("loader"));
  }
}

function refuse(name: AdapterName, info: AdapterInfo): void {
  if (name === "gpu" && isSoftware(info)) {
    throw new UserError(`the installed drivers offer only ${info.device || info.description}`, adapterHint(name));
  }
  // Dawn itself rejects most older versions because of missing features.
  const mesa = /Mesa (\d+)/.exec(info.description)?.[1];
  if (name === "lavapipe" && Number(mesa) < 24) {
    throw new UserError(`Mesa ${mesa} is too old: it must be 24 or newer`, adapterHint(name));
  }
}

async function trySwiftShader(trustMemory: boolean): Promise<AdapterChoice> {
  const folder = await swiftShaderFolder();
  const environment = swiftShaderEnvironment(folder);
  const memory = join(folder, `adapter-webgpu-${webgpuVersion()}.json`);
  const remembered = trustMemory ? recall(memory) : undefined;
  if (remembered) return choice("swiftshader", remembered, environment);
  const result = await runProbe(environment);
  if (result.found !== undefined) await remember(memory, result.found);
  return accepted("swiftshader", result, environment);
}

function choice(name: AdapterName, info: AdapterInfo, environment: Record<string, string>): AdapterChoice {
  const kind = isSoftware(info) ? "software" : "hardware";
  return {
    name,
    kind,
    description: describe(name, kind, info),
    vendor: info.vendor,
    architecture: info.architecture,
    driver: info.description.replace(/^[^:]*: /, ""),
    environment,
  };
}

/** Dawn describes the driver; lavapipe and SwiftShader have no other description. */
function describe(name: AdapterName, kind: AdapterChoice["kind"], { device, description }: AdapterInfo): string {
  if (name === "warp") return `${ADAPTER_TITLES.warp} (${description})`;
  return kind === "hardware" && device ? `${device} (${description})` : description;
}

function isSoftware(info: AdapterInfo): boolean {
  return (
    info.isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(`${info.architecture} ${info.description}`)
  );
}

/** Part of the cache key: Dawn's version determines which adapters are accepted and how they are described. */
function webgpuVersion(): string {
  const folder = dirname(createRequire(import.meta.url).resolve("webgpu"));
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}

function recall(path: string): AdapterInfo | undefined {
  try {
    const info = JSON.parse(readFileSync(path, "utf8"));
    const texts = [info.vendor, info.architecture, info.device, info.description];
    return texts.every((text) => typeof text === "string") ? info : undefined;
  } catch {
    return undefined;
  }
}

async function remember(path: string, info: AdapterInfo): Promise<void> {
  try {
    await writeAtomically(path, JSON.stringify(info));
  } catch {
    // Without the cache the next start only takes a tenth of a second longer.
  }
}
