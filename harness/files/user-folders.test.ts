import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { userCacheFolder } from "./user-cache-folder.ts";
import { userStateFolder } from "./user-state-folder.ts";

const home = () => resolve("/home/ada");
const elsewhere = resolve("/elsewhere");

test.each([
  ["linux", {}, join(home(), ".local", "state")],
  ["linux", { XDG_STATE_HOME: elsewhere }, elsewhere],
  ["linux", { XDG_STATE_HOME: "" }, join(home(), ".local", "state")],
  ["linux", { XDG_STATE_HOME: "state" }, join(home(), ".local", "state")],
  ["macos", {}, join(home(), "Library", "Application Support")],
  ["macos", { XDG_STATE_HOME: elsewhere }, elsewhere],
  ["windows", {}, join(home(), "AppData", "Local")],
  ["windows", { LOCALAPPDATA: elsewhere }, elsewhere],
] as const)("on %s with %j the state is in %s", (system, environment, folder) => {
  expect(userStateFolder(environment, system, home)).toBe(join(folder, "kernelmark"));
});

test.each([
  ["linux", {}, join(home(), ".cache", "kernelmark")],
  ["linux", { XDG_CACHE_HOME: elsewhere }, join(elsewhere, "kernelmark")],
  ["macos", {}, join(home(), "Library", "Caches", "kernelmark")],
  ["macos", { XDG_CACHE_HOME: elsewhere }, join(elsewhere, "kernelmark")],
  ["windows", {}, join(home(), "AppData", "Local", "kernelmark", "cache")],
  ["windows", { LOCALAPPDATA: elsewhere }, join(elsewhere, "kernelmark", "cache")],
] as const)("on %s with %j the cache is in %s", (system, environment, folder) => {
  expect(userCacheFolder(environment, system, home)).toBe(folder);
});
