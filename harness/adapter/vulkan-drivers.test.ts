import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { findVulkanDrivers } from "./vulkan-drivers.ts";

function install(folder: string, name: string, library: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify({ ICD: { library_path: library } }));
  return join(folder, name);
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-drivers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it("distinguishes GPU drivers from lavapipe, and omits SwiftShader and unreadable manifests", () => {
  const folder = emptyFolder();
  const nvidia = install(folder, "nvidia_icd.json", "libGLX_nvidia.so.0");
  const lavapipe = install(folder, "any.json", "/usr/lib/libvulkan_lvp.so");
  install(folder, "vk_swiftshader_icd.json", "./libvk_swiftshader.so");
  writeFileSync(join(folder, "broken.json"), "{");
  expect(findVulkanDrivers({ VK_DRIVER_FILES: folder })).toEqual({ gpu: [nvidia], lavapipe: [lavapipe] });
});

it("searches each of the loader's folders once", () => {
  const folder = emptyFolder();
  const intel = install(join(folder, "vulkan", "icd.d"), "intel_icd.json", "libvulkan_intel.so");
  const { gpu } = findVulkanDrivers({ XDG_DATA_HOME: folder, XDG_DATA_DIRS: folder });
  expect(gpu.filter((manifest) => manifest === intel)).toHaveLength(1);
});
