import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** The manifests of a system's Vulkan drivers: JSON files that name a driver's library. */
export interface VulkanDrivers {
  readonly gpu: readonly string[];
  readonly lavapipe: readonly string[];
}

/** Finds the manifests in the Vulkan loader's search path ("Driver Discovery" in the loader's documentation). */
export function findVulkanDrivers(environment: NodeJS.ProcessEnv = process.env): VulkanDrivers {
  const chosen = environment.VK_DRIVER_FILES || environment.VK_ICD_FILENAMES;
  const places = chosen ? chosen.split(delimiter).filter(Boolean) : searchFolders(environment);
  const gpu: string[] = [];
  const lavapipe: string[] = [];
  for (const manifest of new Set(places.flatMap(manifestsAt))) {
    const library = libraryOf(manifest);
    if (/lvp|lavapipe/.test(library)) lavapipe.push(manifest);
    else if (library && !library.includes("swiftshader")) gpu.push(manifest);
  }
  return { gpu, lavapipe };
}

/** The variables that restrict the loader to these drivers. */
export function driversEnvironment(manifests: readonly string[]): Record<string, string> {
  const list = manifests.join(delimiter);
  // Loaders before 1.3.207 know only the second name; later ones prefer the first.
  return { VK_DRIVER_FILES: list, VK_ICD_FILENAMES: list };
}

function searchFolders(environment: NodeJS.ProcessEnv): string[] {
  const home = environment.HOME || homedir();
  const configHomes = [environment.XDG_CONFIG_HOME || join(home, ".config")];
  const configs = (environment.XDG_CONFIG_DIRS || "/etc/xdg").split(":");
  const dataHomes = [environment.XDG_DATA_HOME || join(home, ".local", "share")];
  const data = (environment.XDG_DATA_DIRS || "/usr/local/share:/usr/share").split(":");
  // These do not depend on the XDG variables; NVIDIA's container images use the one in /usr/local/nvidia.
  const others = ["/etc", "/usr/local/share", "/usr/share", "/usr/local/nvidia/share"];
  return [...configHomes, ...configs, ...dataHomes, ...data, ...others].map((base) => join(base, "vulkan", "icd.d"));
}

/** The manifests in a folder, or the file itself: `VK_DRIVER_FILES` may name both. */
function manifestsAt(place: string): string[] {
  if (place.endsWith(".json")) return [place];
  try {
    const names = readdirSync(place).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => join(place, name));
  } catch {
    return [];
  }
}

function libraryOf(manifest: string): string {
  try {
    return String(JSON.parse(readFileSync(manifest, "utf8")).ICD?.library_path ?? "");
  } catch {
    return "";
  }
}
