import type { AdapterName } from "../results/adapter-name.ts";
import { currentSystem, type SystemName } from "../system/current-system.ts";
import { installAdvice } from "./driver-advice.ts";

/** The adapters of each system, in the order in which they are tried. */
const ADAPTERS: Readonly<Record<SystemName, readonly AdapterName[]>> = {
  linux: ["gpu", "lavapipe", "swiftshader"],
  // Metal has no software adapter.
  macos: ["gpu"],
  windows: ["gpu", "warp"],
};

export function adaptersHere(system = currentSystem()): readonly AdapterName[] {
  return ADAPTERS[system];
}

export const ADAPTER_TITLES: Readonly<Record<AdapterName, string>> = {
  gpu: "GPU",
  lavapipe: "lavapipe",
  swiftshader: "SwiftShader",
  warp: "WARP",
};

const GPU_HINTS: Readonly<Record<Exclude<SystemName, "linux">, string>> = {
  macos: "Kernels run through Metal here: update macOS. A virtual machine may have no Metal.",
  windows: "Kernels run through Direct3D 12 here: install your GPU's current driver, or run Windows Update.",
};

/** The fix if an adapter is missing. */
export function adapterHint(name: AdapterName, system = currentSystem()): string {
  switch (name) {
    case "gpu":
      return system === "linux" ? installAdvice("gpu") : GPU_HINTS[system];
    case "lavapipe":
      return installAdvice("lavapipe");
    case "swiftshader":
      return "Reinstall the packages: npm install --include=optional";
    case "warp":
      return "WARP is part of Windows 10 and 11: run Windows Update.";
  }
}

/** The fix if the libraries that Dawn's build needs are missing, or the system refuses to load it. */
export function loadingHint(system = currentSystem()): string {
  switch (system) {
    case "linux":
      return "Reinstall the packages: npm ci. Dawn's build needs glibc: Alpine Linux has none.";
    case "macos":
      return "Update macOS, since Dawn's build is made for macOS 26; if macOS has quarantined it, run: xattr -d com.apple.quarantine node_modules/webgpu/dist/darwin-universal/dawn.node";
    case "windows":
      return "Install Microsoft's Visual C++ runtime: winget install Microsoft.VCRedist.2015+.x64";
  }
}
