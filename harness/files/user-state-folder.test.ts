import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { userStateFolder } from "./user-state-folder.ts";

const home = () => resolve("/home/ada");
const elsewhere = resolve("/elsewhere");

test.each([
  ["linux", {}, join(home(), ".local", "state")],
  ["linux", { XDG_STATE_HOME: elsewhere }, elsewhere],
  ["linux", { XDG_STATE_HOME: "" }, join(home(), ".local", "state")],
  ["linux", { XDG_STATE_HOME: "state" }, join(home(), ".local", "state")],
  ["darwin", {}, join(home(), "Library", "Application Support")],
  ["darwin", { XDG_STATE_HOME: elsewhere }, elsewhere],
  ["win32", {}, join(home(), "AppData", "Local")],
  ["win32", { LOCALAPPDATA: elsewhere }, elsewhere],
] as const)("on %s with %j it is in %s", (platform, environment, folder) => {
  expect(userStateFolder(environment, platform, home)).toBe(join(folder, "kernelmark"));
});
