import { afterEach, expect, test, vi } from "vitest";
import { UserError } from "../text/user-error.ts";
import { handleFailure } from "./failure.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

function outcomeOf(error: unknown, isJson: boolean) {
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  handleFailure(error, isJson);
  const written = [stdout, stderr].map(({ mock }) => mock.calls.map(([text]) => text).join(""));
  return { stdout: written[0]!, stderr: written[1]!, code: process.exitCode };
}

test("a user error is shown without a stack, and gives 2", () => {
  vi.stubEnv("FORCE_COLOR", "");
  vi.stubEnv("NO_COLOR", "1");
  const error = new UserError("There is no file \u001b[2J.", "Check the path.");
  expect(outcomeOf(error, false)).toEqual({
    stdout: "",
    stderr: "Error: There is no file \\u{1b}[2J.\nCheck the path.\n",
    code: 2,
  });
});

test("an internal error is named so, and gives 3; its stack is shown on request", () => {
  vi.stubEnv("NO_COLOR", "1");
  vi.stubEnv("KERNELMARK_DEBUG", "");
  const error = new TypeError("x is not a function");
  const { stderr, code } = outcomeOf(error, false);
  expect(stderr).toBe(
    "Error: Kernelmark itself failed: x is not a function\nThis is an internal error: please report it with the output of KERNELMARK_DEBUG=1.\n",
  );
  expect(code).toBe(3);
  vi.restoreAllMocks();
  vi.stubEnv("KERNELMARK_DEBUG", "1");
  expect(outcomeOf(error, false).stderr).toContain("TypeError: x is not a function\n    at ");
});

test("with --json, prints one document on standard output", () => {
  const { stdout, stderr } = outcomeOf(new UserError("Wrong."), true);
  expect(JSON.parse(stdout)).toEqual({ schema: 1, error: { message: "Wrong.", hint: null } });
  expect(stderr).toBe("");
});
