import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  forgetHistory,
  type HistoryEntry,
  MOST_ENTRIES,
  readHistory,
  rememberEntry,
  tasksWithHistory,
} from "./history.ts";
import { keepVersion, MOST_VERSIONS, readVersions, versionOf } from "./versions.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  vi.stubEnv("XDG_STATE_HOME", state);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

function check(minute: number, message = "Correct."): HistoryEntry {
  const at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  return {
    kind: "check",
    at,
    file: "softmax.ts",
    verdict: "accepted",
    message,
    passed: 3,
    caseCount: 3,
    isPart: false,
  };
}

const source = (text: string, name = "softmax.ts") => ({
  ...{ task: "softmax", hash: `hash of ${text}`, file: "softmax.ts" },
  files: [{ name, text }],
});

it("remembers entries in the order of their times, with short messages", async () => {
  await rememberEntry("softmax", check(2, "x".repeat(1000)));
  await rememberEntry("softmax", check(1));
  await rememberEntry("attention", check(3));
  const entries = readHistory("softmax");
  expect(entries.map(({ at }) => at)).toEqual([check(1).at, check(2).at]);
  expect(entries[0]).toEqual(check(1));
  expect((entries[1] as Extract<HistoryEntry, { kind: "check" }>).message).toHaveLength(300);
  expect(tasksWithHistory(["softmax", "rope", "attention"])).toEqual(["softmax", "attention"]);
});

it("keeps a limited number of entries, the latest", async () => {
  for (let minute = 0; minute < MOST_ENTRIES + 3; minute++) await rememberEntry("softmax", check(minute));
  const entries = readHistory("softmax");
  expect(entries).toHaveLength(MOST_ENTRIES);
  expect(entries[0]!.at).toBe(check(3).at);
});

it("leaves out what it cannot read", async () => {
  await rememberEntry("softmax", check(1));
  const folder = join(state, "kernelmark", "history", "softmax");
  writeFileSync(join(folder, "2026-broken.json"), "{");
  writeFileSync(join(folder, "2026-other.json"), '{"kind": "check"}');
  expect(readHistory("softmax")).toEqual([check(1)]);
  await forgetHistory("softmax");
  expect(readHistory("softmax")).toEqual([]);
});

it("keeps each accepted source once, under a number, with all of its files", async () => {
  expect(await keepVersion(source("one"))).toEqual({ name: "v1", isNew: true });
  expect(await keepVersion(source("two"))).toEqual({ name: "v2", isNew: true });
  expect(await keepVersion(source("one"))).toEqual({ name: "v1", isNew: false });
  expect(versionOf("softmax", "hash of two")).toBe("v2");
  const versions = readVersions("softmax");
  expect(versions.map(({ name }) => name)).toEqual(["v1", "v2"]);
  expect(versions[1]!.path).toBe(join(state, "kernelmark", "versions", "softmax", "v2", "files", "softmax.ts"));
});

it("gives every version its own number, however many are kept at once", async () => {
  const kept = await Promise.all(Array.from({ length: 60 }, (_, index) => keepVersion(source(`text ${index}`))));
  const names = kept.map((one) => ("name" in one ? one.name : one.problem));
  expect(new Set(names)).toEqual(new Set(Array.from({ length: 60 }, (_, index) => `v${index + 1}`)));
  const left = readdirSync(join(state, "kernelmark", "versions", "softmax"));
  expect(left.filter((name) => name.startsWith("draft-"))).toEqual([]);
});

it("deletes the oldest versions, but does not use their numbers again", async () => {
  for (let number = 0; number < MOST_VERSIONS + 2; number++) await keepVersion(source(`text ${number}`));
  expect(readVersions("softmax").map(({ name }) => name)[0]).toBe("v3");
  expect(readVersions("softmax")).toHaveLength(MOST_VERSIONS);
});

it("writes no file outside of the version", async () => {
  const kept = await keepVersion(source("text", "../../outside.ts"));
  expect(kept).toEqual({ problem: expect.stringContaining("cannot be written") });
  expect(readdirSync(join(state, "kernelmark", "versions", "softmax"))).toEqual([]);
});

it("names a folder that it cannot write to, and fails nothing", async () => {
  writeFileSync(join(state, "kernelmark"), "a file in the folder's place");
  expect(await rememberEntry("softmax", check(1))).toContain("kernelmark cannot be written (ENOTDIR)");
  expect(await keepVersion(source("one"))).toEqual({ problem: expect.stringContaining("cannot be written") });
  expect(readHistory("softmax")).toEqual([]);
  expect(readVersions("softmax")).toEqual([]);
});
