import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, win32 } from "node:path";
import { afterAll, expect, it } from "vitest";
import { isSpelledSo, withSlashes } from "./spelling.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "softmax.wgsl"), "");

it("compares names exactly where the file system does not", () => {
  for (const platform of ["darwin", "win32"] as const) {
    expect(isSpelledSo(folder, "softmax.wgsl", platform)).toBe(true);
    expect(isSpelledSo(folder, "Softmax.wgsl", platform)).toBe(false);
  }
});

it("writes the same names on every system", () => {
  expect(withSlashes("submissions\\me\\softmax.ts", win32.sep)).toBe("submissions/me/softmax.ts");
  expect(withSlashes("odd\\name/softmax.ts", posix.sep)).toBe("odd\\name/softmax.ts");
});
