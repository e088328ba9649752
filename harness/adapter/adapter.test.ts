import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { create } from "webgpu";
import { findAdapter, tryAdapter } from "./adapter.ts";
import { installAdvice } from "./driver-advice.ts";

afterEach(() => vi.unstubAllEnvs());

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-adapter-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("the chosen adapter", () => {
  it("is the one that Dawn in a test process uses", async () => {
    const adapter = await findAdapter();
    const inProcess = await create([]).requestAdapter();
    expect(inProcess?.info.architecture).toBe(adapter.architecture);
    expect(adapter.description).toContain(inProcess?.info.description);
    const device = await inProcess?.requestDevice();
    expect(device).toBeDefined();
    device?.destroy();
  });

  it("is described", async () => {
    const adapter = await findAdapter();
    expect(["hardware", "software"]).toContain(adapter.kind);
    expect(adapter.driver).not.toBe("");
    expect(adapter.driver).not.toMatch(/^\w+: /);
  });
});

describe.runIf(process.platform === "linux" && process.arch === "x64")("SwiftShader", () => {
  beforeEach(() => vi.stubEnv("KERNELMARK_ADAPTER", ""));

  it("is found if no driver is installed", async () => {
    vi.stubEnv("VK_DRIVER_FILES", "/nowhere");
    const adapter = await findAdapter({ prefer: "gpu" });
    expect(adapter).toMatchObject({ name: "swiftshader", kind: "software", architecture: "swiftshader" });
    expect(adapter.environment.VK_DRIVER_FILES).toMatch(/vk_swiftshader_icd\.json$/);
  });

  it("has the same description from the cache as after a trial", async () => {
    const tried = await tryAdapter("swiftshader");
    expect(await tryAdapter("swiftshader", { trustMemory: true })).toEqual(tried);
  });

  it("is used if the system's drivers do not work, with their failure reported", async () => {
    const folder = folderWith({ "lvp.json": '{"ICD": {"library_path": "/nowhere/libvulkan_lvp.so"}}' });
    vi.stubEnv("VK_DRIVER_FILES", folder);
    expect(await tryAdapter("lavapipe")).toMatchObject({ reason: "no adapter that Dawn accepts" });
    expect((await findAdapter()).name).toBe("swiftshader");
  });
});

describe.runIf(process.platform === "linux")("the error when no adapter works", () => {
  it("names the adapters tried and the fix", async () => {
    vi.stubEnv("VK_DRIVER_FILES", "/nowhere");
    vi.stubEnv("KERNELMARK_ADAPTER", "lavapipe");
    await expect(findAdapter()).rejects.toMatchObject({
      name: "UserError",
      message:
        "No WebGPU adapter works on this machine (lavapipe: not installed). KERNELMARK_ADAPTER=lavapipe excludes the others.",
      hint: installAdvice("lavapipe"),
    });
  });

  it("lists the values of KERNELMARK_ADAPTER", async () => {
    vi.stubEnv("KERNELMARK_ADAPTER", "cpu");
    await expect(findAdapter()).rejects.toMatchObject({
      message: 'The environment variable KERNELMARK_ADAPTER is "cpu", which is not an adapter of this system.',
      hint: "Set it to one of gpu, lavapipe, swiftshader, or unset it to use the best adapter that works.",
    });
  });
});
