import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type AdapterName, adapterNames } from "../results/adapter-name.ts";
import type { AdapterDescription } from "../results/results.ts";
import { UserError } from "../text/user-error.ts";
import { installAdvice } from "./driver-advice.ts";
import { type AdapterInfo, runProbe } from "./run-probe.ts";
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
  const names = new Set(forced ? [forced] : [...(options.prefer ? [options.prefer] : []), ...adapterNames]);
  const failures: { name: AdapterName; reason: string; hint: string }[] = [];
  for (const name of names) {
    const trial = await tryAdapter(name, { trustMemory: true });
    if (trial.adapter) return trial.adapter;
    failures.push(trial);
  }
  const reasons = failures.map(({ name, reason }) => `${titles[name]}: ${reason}`).join("; ");
  const onlyForced = forced ? ` KERNELMARK_ADAPTER=${forced} excludes the others.` : "";
  // SwiftShader is tried last and is the easiest to install.
  throw new UserError(`No WebGPU adapter works on this machine (${reasons}).${onlyForced}`, failures.at(-1)?.hint);
}

/**
 * Tries one adapter in a child process.
 *
 * @param trustMemory skips the trial of SwiftShader and uses its last description: it does not depend on the system
 */
export async function tryAdapter(name: AdapterName, { trustMemory = false } = {}): Promise<AdapterTrial> {
  try {
    if (name === "swiftshader") return { name, adapter: await trySwiftShader(trustMemory) };
    return { name, adapter: await trySystem(name) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, reason: error.message.replace(/\.$/, ""), hint: error.hint ?? "" };
  }
}

const titles: Readonly<Record<AdapterName, string>> = {
  gpu: "GPU",
  lavapipe: "lavapipe",
  swiftshader: "SwiftShader",
};

function hintFor(name: AdapterName): string {
  if (name === "swiftshader") return "Reinstall the packages: npm install --include=optional";
  return process.platform === "linux" ? installAdvice(name) : "Update your GPU's driver.";
}

function forcedAdapter(value: string | undefined): AdapterName | undefined {
  if (!value) return undefined;
  const name = adapterNames.find((known) => known === value);
  if (name) return name;
  throw new UserError(
    `The environment variable KERNELMARK_ADAPTER is "${value}", which is not an adapter name.`,
    `Set it to one of ${adapterNames.join(", ")}, or unset it to use the best adapter that works.`,
  );
}

async function trySystem(name: "gpu" | "lavapipe"): Promise<AdapterChoice> {
  const hasVulkanManifests = process.platform === "linux";
  let environment: Record<string, string> = {};
  if (hasVulkanManifests) {
    const manifests = findVulkanDrivers()[name];
    if (manifests.length === 0) {
      throw new UserError(name === "gpu" ? "no Vulkan driver is installed" : "not installed", hintFor(name));
    }
    environment = driversEnvironment(manifests);
  } else if (name === "lavapipe") {
    throw new UserError("used only on Linux", "No lavapipe is needed here: the GPU or SwiftShader is used.");
  }

  let result = await runProbe(environment);
  if (!result.found && result.loaderMissing) {
    environment = { ...environment, ...loaderEnvironment(await borrowedLoaderFolder()) };
    result = await runProbe(environment);
  }
  if (!result.found) throw new UserError(result.reason, hintFor(name));
  refuse(name, result.found, hasVulkanManifests);
  return choice(name, result.found, environment);
}

async function borrowedLoaderFolder(): Promise<string> {
  try {
    return await swiftShaderFolder();
  } catch {
    throw new UserError("the Vulkan loader libvulkan.so.1 is missing", installAdvice("loader"));
  }
}

function refuse(name: "gpu" | "lavapipe", info: AdapterInfo, onLinux: boolean): void {
  if (name === "gpu" && onLinux && isSoftware(info)) {
    throw new UserError(`the installed Vulkan drivers offer only ${info.description}`, hintFor("gpu"));
  }
  // Dawn itself rejects most older versions because of missing features.
  const mesa = /Mesa (\d+)/.exec(info.description)?.[1];
  if (name === "lavapipe" && Number(mesa) < 24) {
    throw new UserError(`Mesa ${mesa} is too old: it must be 24 or newer`, hintFor("lavapipe"));
  }
}

async function trySwiftShader(trustMemory: boolean): Promise<AdapterChoice> {
  const folder = await swiftShaderFolder();
  const environment = swiftShaderEnvironment(folder);
  const memory = join(folder, `adapter-webgpu-${webgpuVersion()}.json`);
  const remembered = trustMemory ? recall(memory) : undefined;
  if (remembered) return choice("swiftshader", remembered, environment);
  const result = await runProbe(environment);
  if (!result.found) throw new UserError(result.reason, hintFor("swiftshader"));
  await remember(memory, result.found);
  return choice("swiftshader", result.found, environment);
}

function choice(name: AdapterName, info: AdapterInfo, environment: Record<string, string>): AdapterChoice {
  const kind = isSoftware(info) ? "software" : "hardware";
  return {
    name,
    kind,
    // Dawn describes the driver; a software adapter has no other description.
    description: kind === "hardware" && info.device ? `${info.device} (${info.description})` : info.description,
    vendor: info.vendor,
    architecture: info.architecture,
    driver: info.description.replace(/^[^:]*: /, ""),
    environment,
  };
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
    await writeFile(`${path}.${process.pid}`, JSON.stringify(info));
    await rename(`${path}.${process.pid}`, path);
  } catch {
    // Without the cache the next start only takes a tenth of a second longer.
  }
}
