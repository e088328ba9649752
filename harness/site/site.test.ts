import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { loadTasks } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { type ServedSite, serveSite } from "./serve-site.ts";
import type { Catalogue } from "./site-data.ts";
import { listedPaths, siteFiles } from "./site-files.ts";
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

  it("replaces the files of an earlier version, and no others", async () => {
    const folder = makeTemporaryFolder();
    try {
      mkdirSync(join(folder, "chunks"));
      for (const path of ["chunks/task-OLD.js", "chunks/own.js", "kept.txt"]) writeFileSync(join(folder, path), "");
      const paths = ["./", "index.html", "chunks/task-OLD.js", "../kept.txt", "/kept.txt"];
      writeFileSync(join(folder, "offline.js"), `const SITE = ${JSON.stringify({ version: "old", paths })};\n`);
      await writeSite(join(folder));
      expect(existsSync(join(folder, "chunks/task-OLD.js"))).toBe(false);
      expect(existsSync(join(folder, "chunks/own.js"))).toBe(true);
      expect(existsSync(join(folder, "kept.txt"))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has a service worker that lists every file, and changes with any of them", async () => {
    const files = await siteFiles();
    const worker = files.find(({ path }) => path === "offline.js")!;
    const others = files.filter((file) => file !== worker).map(({ path }) => path);
    expect(listedPaths(String(worker.content))).toEqual(others);
  });

  it("is small: 300 KB of pages before the editor, 3 MB in all, compressed", async () => {
    const sizes = new Map<string, number>();
    for (const { path, content } of await siteFiles()) sizes.set(path, gzipSync(content).length);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const text = (path: string) => readFileSync(join(packageRoot(), "dist/site", path), "utf8");
    const first = ["index.html", "site.css", "catalogue.json"].map((path) => sizes.get(path)!);
    for (const path of staticImports("site.js", text)) first.push(sizes.get(path)!);
    const pages = first.reduce((sum, size) => sum + size, 0);
    expect(pages).toBeLessThan(300_000);
    expect(pages, "what a page loads is found").toBeGreaterThan(10_000);
    expect(total).toBeLessThan(3_000_000);
  });
});

/** A script with all that it imports before it runs. */
function staticImports(entry: string, text: (path: string) => string): Set<string> {
  const found = new Set([entry]);
  for (const path of found) {
    for (const [, name] of text(path).matchAll(/(?:from|import)"(\.[^"]+)"/g)) {
      found.add(posix.join(posix.dirname(path), name!));
    }
  }
  return found;
}
