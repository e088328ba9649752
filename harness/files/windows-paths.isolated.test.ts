import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { rememberInputs } from "../run/run-inputs.ts";
import { refuseOverlap } from "./overlap.ts";
import { shownPath } from "./shown-path.ts";

vi.mock("node:path", async () => {
  const { win32 } = await vi.importActual<typeof import("node:path")>("node:path");
  return { ...win32, default: win32 };
});

const COURSE = "C:\\Users\\Ada Lovelace\\course";
beforeEach(() => {
  vi.spyOn(process, "cwd").mockReturnValue(COURSE);
});
afterEach(() => vi.restoreAllMocks());

it("shows paths from the working directory, and others whole", () => {
  expect(shownPath(`${COURSE}\\submissions\\me\\softmax.ts`)).toBe("submissions\\me\\softmax.ts");
  expect(shownPath("c:\\users\\ADA LOVELACE\\course\\softmax.ts")).toBe("softmax.ts");
  expect(shownPath("D:\\course\\softmax.ts")).toBe("D:\\course\\softmax.ts");
});

it("remembers a run's inputs with slashes, and those on another drive whole", async () => {
  const inputs = { submissions: "my submissions", assignment: "D:\\week 3.yaml" };
  expect(await rememberInputs(inputs, "reports\\run")).toEqual({
    submissions: "../../my submissions",
    assignment: "D:/week 3.yaml",
  });
});

it("finds a report folder among the submissions, whatever the case of the drive", async () => {
  await expect(refuseOverlap("c:\\users\\ada lovelace\\COURSE\\week\\reports", "week")).rejects.toMatchObject({
    message: expect.stringContaining("is inside the submissions' folder"),
  });
  await refuseOverlap("D:\\week", "week");
});
