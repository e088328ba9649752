import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, expect, it } from "vitest";
import { refuseOverlap } from "./overlap.ts";

const root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(root, { recursive: true }));
const week = join(root, "week-3");
mkdirSync(join(week, "ada"), { recursive: true });
mkdirSync(join(root, "reports"));
symlinkSync(week, join(root, "link"));
symlinkSync(join(root, "reports"), join(week, "out"));

it.each([
  [week, "is also"],
  [join(week, "reports", "today"), "is inside"],
  [join(root, "link", "reports"), "is inside"],
  [join(root, "reports", "..", "week-3"), "is also"],
  [root, "contains"],
])("refuses the output folder %s", async (out, place) => {
  const message = `The output folder \`${out}\` ${place} the submissions' folder \`${week}\`.`;
  await expect(refuseOverlap(out, week)).rejects.toThrow(message);
  await expect(refuseOverlap(out, join(root, "link"))).rejects.toThrow(place);
});

it.each([join(root, "week-3-reports"), join(root, "reports", "new"), join(week, "out", "today"), join(root, "..week")])(
  "takes the output folder %s",
  async (out) => {
    await refuseOverlap(out, week);
    await refuseOverlap(relative(process.cwd(), out), relative(process.cwd(), week));
  },
);
