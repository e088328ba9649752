import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loadTasks } from "../catalog/load.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { type ServedSite, serveSite } from "./serve-site.ts";
import type { Catalogue } from "./site-data.ts";
import { writeSite } from "./write-site.ts";

let served: ServedSite | undefined;

afterEach(async () => {
  await served?.close();
  served = undefined;
});

describe("the site", () => {
  it("is served with a policy that allows only its own scripts and WebAssembly", async () => {
    served = await serveSite(0);
    const page = await fetch(served.address);
    const policy = page.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).not.toMatch(/unsafe-(inline|eval)(?<!wasm-unsafe-eval)/);
    // Servers that send no headers serve the same page.
    expect(await page.text()).toContain(`content="${policy.replace("; frame-ancestors 'none'", "")}"`);
    const engine = await fetch(`${served.address}chunks/emscripten-module.wasm`);
    expect(engine.headers.get("content-type")).toBe("application/wasm");
  });

  it("serves its own files only", async () => {
    served = await serveSite(0);
    for (const path of ["package.json", "..%2fpackage.json", "%2e%2e/package.json", "chunks/", "site.js/"]) {
      expect((await fetch(served.address + path)).status, path).toBe(404);
    }
    expect((await fetch(served.address, { method: "POST" })).status).toBe(405);
  });

  it("names the way out if a port is taken", async () => {
    served = await serveSite(0);
    const { port } = new URL(served.address);
    await expect(serveSite(Number(port))).rejects.toMatchObject({
      message: `Port ${port} is in use.`,
      hint: "Choose another with --port, or a free one with --port 0.",
    });
  });

  it("is written with a page of data and a chunk for every task", async () => {
    const folder = makeTemporaryFolder();
    try {
      await writeSite(join(folder, "deep/public"));
      const read = (path: string) => readFileSync(join(folder, "deep/public", path), "utf8");
      const catalogue = JSON.parse(read("catalogue.json")) as Catalogue;
      const tasks = await loadTasks();
      const listed = catalogue.tracks.flatMap((track) => track.tasks.map(({ name }) => name));
      expect(listed.sort()).toEqual(tasks.map(({ spec }) => spec.name));
      for (const { starter, spec } of tasks) {
        const page = JSON.parse(read(`tasks/${spec.name}.json`));
        expect(page.starter.kernel.split("\n").slice(1)).toEqual(starter.kernel.split("\n").slice(1));
        expect(page.starter.kernel).not.toContain("npx");
        expect(page.starter.module).toContain(`"./${spec.name}.wgsl"`);
      }
      const chunks = readdirSync(join(folder, "deep/public/chunks"));
      expect(chunks.filter((name) => name.startsWith("task-"))).toHaveLength(tasks.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
