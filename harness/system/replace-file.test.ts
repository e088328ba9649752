import { afterEach, expect, it, vi } from "vitest";
import { isHeld, whileHeld, whileHeldSync } from "./replace-file.ts";

const { platform } = process;
const seeAs = (name: string) => Object.defineProperty(process, "platform", { value: name });
afterEach(() => seeAs(platform));

const failure = (code: string) => Object.assign(new Error(code), { code });
/** Fails so many times with this error. */
const failing = (times: number, code: string) => {
  const operation = vi.fn(() => "done");
  for (let time = 0; time < times; time++) {
    operation.mockImplementationOnce(() => {
      throw failure(code);
    });
  }
  return operation;
};
const PAUSES_MS = [1, 1, 1];

it.each(["EPERM", "EACCES", "EBUSY"])("tries again on Windows after %s, but not forever", async (code) => {
  seeAs("win32");
  expect(await whileHeld(failing(3, code), PAUSES_MS)).toBe("done");
  expect(whileHeldSync(failing(3, code), PAUSES_MS)).toBe("done");
  await expect(whileHeld(failing(4, code), PAUSES_MS)).rejects.toMatchObject({ code });
  expect(() => whileHeldSync(failing(4, code), PAUSES_MS)).toThrow(code);
});

it("fails at once for other reasons, and on other systems", async () => {
  seeAs("win32");
  const full = failing(1, "ENOSPC");
  await expect(whileHeld(full, PAUSES_MS)).rejects.toMatchObject({ code: "ENOSPC" });
  expect(full).toHaveBeenCalledTimes(1);
  seeAs("darwin");
  const forbidden = failing(1, "EPERM");
  expect(() => whileHeldSync(forbidden, PAUSES_MS)).toThrow("EPERM");
  expect(forbidden).toHaveBeenCalledTimes(1);
  expect(isHeld(failure("EPERM"))).toBe(false);
});
