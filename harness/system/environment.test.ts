import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { isOfSystem, systemEnvironment, withVariable } from "./environment.ts";
import { shellWord } from "./shell-word.ts";

const SHARED = { HOME: "/home/ada", KERNELMARK_SECRET: "secret", DYLD_INSERT_LIBRARIES: "x" };

it("passes on what the system needs, and nothing else", () => {
  const temporary = tmpdir();
  expect(systemEnvironment({ ...SHARED, LD_LIBRARY_PATH: "/opt" }, "linux")).toEqual({
    ...{ TMPDIR: temporary, LD_LIBRARY_PATH: "/opt" },
  });
  expect(systemEnvironment({ ...SHARED, LD_LIBRARY_PATH: "/opt" }, "macos")).toEqual({ TMPDIR: temporary });
  // Git Bash writes some names in capitals.
  expect(systemEnvironment({ ...SHARED, SYSTEMROOT: "C:\\Windows", LocalAppData: "C:\\A b" }, "windows")).toEqual({
    ...{ TEMP: temporary, TMP: temporary, SYSTEMROOT: "C:\\Windows", LocalAppData: "C:\\A b" },
  });
});

it("recognises variables that the system adds by itself", () => {
  expect(isOfSystem("__CF_USER_TEXT_ENCODING", "macos")).toBe(true);
  expect(isOfSystem("UserProfile", "windows")).toBe(true);
  expect(isOfSystem("USERPROFILE", "linux")).toBe(false);
  expect(isOfSystem("KERNELMARK_SECRET", "windows")).toBe(false);
});

it("writes commands as they are typed", () => {
  expect(withVariable("NAME", "warp", "kernelmark doctor", "windows")).toBe('$env:NAME="warp"; kernelmark doctor');
  expect(withVariable("NAME", "gpu", "kernelmark doctor", "macos")).toBe("NAME=gpu kernelmark doctor");
  expect(shellWord("submissions\\me\\softmax.ts", "windows")).toBe("submissions\\me\\softmax.ts");
  expect(shellWord("C:\\Zoë's course\\softmax.ts", "windows")).toBe('"C:\\Zoë\'s course\\softmax.ts"');
  expect(shellWord("Zoë's course/softmax.ts", "macos")).toBe("'Zoë'\\''s course/softmax.ts'");
  expect(shellWord("submissions/me/softmax.ts", "linux")).toBe("submissions/me/softmax.ts");
});
