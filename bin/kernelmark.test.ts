import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const bin = dirname(fileURLToPath(import.meta.url));
let checkout: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

function kernelmark() {
  return spawnSync(process.execPath, [join(checkout, "bin", "kernelmark.js")], { encoding: "utf8" });
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "kernelmark-checkout-"));
  cpSync(bin, join(checkout, "bin"), { recursive: true });
  symlinkSync(join(bin, "..", "node_modules"), join(checkout, "node_modules"));
  write("package.json", '{ "name": "kernelmark", "type": "module" }');
  write("tsconfig.json", "{}");
  write("harness/cli/main.ts", 'console.log("first" as string);');
  write("kernels/softmax/softmax/task.ts", 'import code from "./plain.wgsl"; export default code;');
  write("kernels/softmax/softmax/plain.wgsl", "fn main() {}");
});

afterEach(() => rmSync(checkout, { recursive: true }));

describe("the launcher", () => {
  it("builds a missing dist/", () => {
    expect(kernelmark()).toMatchObject({ stdout: "first\n", stderr: "", status: 0 });
    expect(existsSync(join(checkout, "dist/kernels/softmax/softmax/task.js"))).toBe(true);
  });

  it("rebuilds after a source change, and removes stale files", () => {
    kernelmark();
    write("harness/cli/main.ts", 'import { word } from "./word.ts"; console.log(word);');
    write("harness/cli/word.ts", 'export const word = "second";');
    rmSync(join(checkout, "kernels/softmax"), { recursive: true });
    expect(kernelmark().stdout).toBe("second\n");
    expect(existsSync(join(checkout, "dist/kernels/softmax/softmax/task.js"))).toBe(false);
  });

  it("omits a task that lacks a part", () => {
    write("harness/catalog/parts.json", '["task.ts", "tuned.wgsl"]');
    write("kernels/softmax/softmax/task.ts", 'import "./tuned.wgsl";');
    expect(kernelmark()).toMatchObject({ stdout: "first\n", stderr: "", status: 0 });
    expect(existsSync(join(checkout, "dist/kernels"))).toBe(false);
  });

  it("reports the errors of source that cannot be built", () => {
    write("harness/cli/main.ts", "const = 1;");
    const { status, stderr } = kernelmark();
    expect(status).toBe(3);
    expect(stderr).toContain("harness/cli/main.ts:1:6");
    expect(stderr).toContain("Fix the errors above");
  });

  it("runs an installed package without building", () => {
    execFileSync(process.execPath, [join(checkout, "bin", "build.js")]);
    rmSync(join(checkout, "tsconfig.json"));
    write("harness/cli/main.ts", "const = 1;");
    expect(kernelmark()).toMatchObject({ stdout: "first\n", status: 0 });
  });
});
