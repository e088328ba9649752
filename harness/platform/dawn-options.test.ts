import { afterEach, describe, expect, it, vi } from "vitest";
import { swiftShaderEnvironment } from "../adapter/swiftshader.ts";
import { DISABLED_DAWN_FEATURES, dawnOptions, FALLBACK_ADAPTER, requestOptions } from "./dawn-options.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("dawnOptions", () => {
  it("requests exact timestamps and clamped indices on every adapter", () => {
    vi.stubEnv(DISABLED_DAWN_FEATURES, undefined);
    expect(dawnOptions()).toEqual(["disable-dawn-features=timestamp_quantization,vulkan_use_buffer_robust_access_2"]);
  });

  it("disables features that SwiftShader handles badly, in processes started for it", () => {
    for (const [name, value] of Object.entries(swiftShaderEnvironment("/folder"))) vi.stubEnv(name, value);
    expect(dawnOptions()).toEqual([
      "disable-dawn-features=timestamp_quantization,vulkan_use_buffer_robust_access_2,use_vulkan_zero_initialize_workgroup_memory_extension",
    ]);
  });
});

describe("requestOptions", () => {
  it("asks for the system's software adapter only in processes started for it", () => {
    vi.stubEnv(FALLBACK_ADAPTER, undefined);
    expect(requestOptions()).toEqual({ forceFallbackAdapter: false });
    vi.stubEnv(FALLBACK_ADAPTER, "1");
    expect(requestOptions()).toEqual({ forceFallbackAdapter: true });
  });
});
