import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileWatch } from "./file-watch.ts";

/** Longer than any test takes, so a promise resolves only because the file is complete. */
const FOREVER_MS = 3_600_000;

describe("watching files", () => {
  let folder: string;
  let stop: AbortController;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
    stop = new AbortController();
    write("softmax.ts", "first");
  });
  afterEach(() => {
    stop.abort();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFileSync(path(name), text);
  async function watching(patienceMs: number): Promise<FileWatch> {
    const watch = new FileWatch(folder, stop.signal, patienceMs);
    await watch.add(["softmax.ts", "softmax.wgsl"]);
    return watch;
  }

  it("notices an overwritten file, even if its size is unchanged", async () => {
    const watch = await watching(FOREVER_MS);
    const change = watch.change();
    await sleep(60);
    write("softmax.ts", "other");
    expect(await change).toBe(true);
  });

  it("notices a save between two calls", async () => {
    const watch = await watching(FOREVER_MS);
    write("softmax.ts", "other");
    expect(await watch.change()).toBe(true);
  });

  it("waits for the second step of an editor that empties the file first", async () => {
    const watch = await watching(FOREVER_MS);
    const seen = watch.change().then(() => readFileSync(path("softmax.ts"), "utf8"));
    write("softmax.ts", "");
    await sleep(250);
    write("softmax.ts", "second");
    expect(await seen).toBe("second");
  });

  it("waits for a file that an editor deletes and recreates", async () => {
    const watch = await watching(FOREVER_MS);
    const seen = watch.change().then(() => readFileSync(path("softmax.ts"), "utf8"));
    rmSync(path("softmax.ts"));
    await sleep(250);
    write("softmax.ts", "second");
    expect(await seen).toBe("second");
  });

  it("notices a replaced file", async () => {
    const watch = await watching(FOREVER_MS);
    write(".softmax.ts.swp", "other");
    renameSync(path(".softmax.ts.swp"), path("softmax.ts"));
    expect(await watch.change()).toBe(true);
  });

  it("notices a new file", async () => {
    const watch = await watching(FOREVER_MS);
    write("softmax.wgsl", "kernel");
    expect(await watch.change()).toBe(true);
  });

  it("stops waiting for a deleted file", async () => {
    const watch = await watching(100);
    rmSync(path("softmax.ts"));
    expect(await watch.change()).toBe(true);
    write("softmax.wgsl", "kernel");
    expect(await watch.change()).toBe(true);
  });

  it("ends when the signal aborts", async () => {
    const change = (await watching(FOREVER_MS)).change();
    stop.abort();
    expect(await change).toBe(false);
  });
});
