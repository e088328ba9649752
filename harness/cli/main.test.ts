import { describe, expect, test } from "vitest";
import { kernelmark } from "../testing/run-command.ts";

describe("the command line", () => {
  test("prints help on request", async () => {
    const { code, stdout, stderr } = await kernelmark("--help");
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const command of ["grade", "check", "tasks", "oracle", "doctor"])
      expect(stdout).toContain(`kernelmark ${command}`);
    expect(stdout).toContain("Exit codes: 0 success, 1 a submission was not accepted");
  });

  test("prints help as an error without a command", async () => {
    const { code, stdout, stderr } = await kernelmark();
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: kernelmark <command>");
  });

  test("has examples for each command", async () => {
    const { code, stdout } = await kernelmark("oracle", "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("kernelmark oracle --case softmax.json");
  });

  test.each([
    [["chek"], 'There is no command "chek". Did you mean "check"?'],
    [["tasks", "sofmax"], 'There is no task "sofmax". Did you mean "softmax"?'],
    [["tasks", "--jsn"], '`tasks` has no option "--jsn". Did you mean "--json"?'],
    [["tasks", "softmax", "extra"], '`tasks` does not accept "extra".'],
    [["oracle"], "`oracle` needs --case."],
    [["grade", "submissions", "--locale", "german"], 'There is no locale "german".'],
    [["grade", "submissions", "--against", "none"], "The folder none of --against cannot be read (ENOENT)."],
  ])("refuses %j", async (args, message) => {
    const { code, stdout, stderr } = await kernelmark(...args);
    expect(stderr).toContain(`Error: ${message}`);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test.each([
    [["chek", "--json"], 'There is no command "chek". Did you mean "check"?'],
    [["--json"], "No command was given."],
  ])("reports the error of %j as JSON", async (args, message) => {
    const { code, stdout, stderr } = await kernelmark(...args);
    expect(JSON.parse(stdout)).toEqual({ schema: 1, error: { message, hint: expect.any(String) } });
    expect(stderr).toBe("");
    expect(code).toBe(2);
  });
});
