import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { linesOf } from "./lines.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [],
  ["\n"],
  ["a\n", "\n", "b"],
  ["a\r\n", "\r\u2028\u2029b\n"],
  // Longer than what is read at once, with characters of several bytes across the borders.
  [`${"名".repeat(100_000)}\n`, `${"é".repeat(70_001)}\n`, "end"],
])("reads all lines with their ends", async (...lines) => {
  const path = join(folder, "file");
  writeFileSync(path, lines.join(""));
  const read: string[] = [];
  for await (const { text } of linesOf(path)) read.push(text);
  expect(read).toEqual(lines);
});
