import { expect, it } from "vitest";
import { ADAPTER_TITLES, adapterHint, adaptersHere, loadingHint } from "./adapters-of-system.ts";

it("tries Metal on macOS, Direct3D 12 and then WARP on Windows, Vulkan's drivers on Linux", () => {
  expect(adaptersHere("macos")).toEqual(["gpu"]);
  expect(adaptersHere("windows")).toEqual(["gpu", "warp"]);
  expect(adaptersHere("linux")).toEqual(["gpu", "lavapipe", "swiftshader"]);
});

it("gives fixes that the system has", () => {
  for (const system of ["macos", "windows"] as const) {
    for (const name of adaptersHere(system)) {
      expect(ADAPTER_TITLES[name]).not.toBe("");
      expect(adapterHint(name, system)).not.toMatch(/Vulkan|apt|lavapipe|SwiftShader/);
    }
  }
  expect(adapterHint("gpu", "macos")).toContain("Metal");
  expect(adapterHint("gpu", "windows")).toContain("Direct3D 12");
  expect(loadingHint("windows")).toContain("winget install");
  expect(loadingHint("macos")).toContain("xattr");
});
