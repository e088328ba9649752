import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { swiftShaderFolder } from "./swiftshader.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-swiftshader-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe.runIf(process.platform === "linux" && process.arch === "x64")("SwiftShader", () => {
  it("is unpacked completely, with no leftovers, if several processes need it at once", async () => {
    const cache = emptyFolder();
    const folders = await Promise.all([1, 2, 3].map(() => swiftShaderFolder([cache])));
    expect(new Set(folders).size).toBe(1);
    expect(readdirSync(cache)).toHaveLength(1);
    expect(readdirSync(folders[0]!).sort()).toEqual([
      "libvk_swiftshader.so",
      "libvulkan.so.1",
      "vk_swiftshader_icd.json",
    ]);
  });

  it("is restored if a file was deleted", async () => {
    const cache = emptyFolder();
    const folder = await swiftShaderFolder([cache]);
    rmSync(join(folder, "libvulkan.so.1"));
    expect(await swiftShaderFolder([cache])).toBe(folder);
    expect(readdirSync(folder)).toContain("libvulkan.so.1");
  });

  it("is unpacked into the next folder if the first cannot be written", async () => {
    const file = join(emptyFolder(), "file");
    writeFileSync(file, "");
    const cache = emptyFolder();
    expect(await swiftShaderFolder([join(file, "cache"), cache])).toContain(cache);
    await expect(swiftShaderFolder([join(file, "cache")])).rejects.toMatchObject({
      message: expect.stringContaining("SwiftShader could not be unpacked into"),
      hint: "Set XDG_CACHE_HOME to a folder of yours with 10 MB of free space.",
    });
  });
});
