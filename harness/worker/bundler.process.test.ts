import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { hashFiles } from "../plan/source-files.ts";
import { children } from "../testing/children.ts";
import { Bundler } from "./bundler.ts";

/** Shorter in one test. */
const limits = vi.hoisted(() => ({ bundleTimeMs: 5_000 }));
vi.mock("../task/limits.ts", async (original) => {
  const { fixedLimits, ...others } = await original<typeof import("../task/limits.ts")>();
  const changed = new Proxy(fixedLimits, { get: (all, name) => ({ ...all, ...limits })[name as "bundleTimeMs"] });
  return { ...others, fixedLimits: changed };
});

/** esbuild tries each of these both as the end of a condition and as a type: 2⁴⁰ ways. */
const ENDLESS = `export default ${"a?(b):c=>".repeat(40)}1`;

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
const bundler = new Bundler();
afterAll(async () => {
  await bundler.stop();
  rmSync(folder, { recursive: true });
});

function submission(name: string, source: string) {
  writeFileSync(join(folder, `${name}.ts`), source);
  return { candidate: "alice", task: "softmax", file: `${name}.ts`, folder };
}

describe("the bundler's process", () => {
  // Windows has no `ps`.
  it.skipIf(process.platform === "win32")(
    "is started again when somebody ends it, also in the middle of a module",
    async () => {
      bundler.start();
      process.kill(await bundlerPid(), "SIGKILL");
      const plain = submission("plain", "export default 1");
      expect((await bundler.bundle(plain)).ok).toBe(true);
      // Long enough to be ended while it is parsed.
      const deep = bundler.bundle(submission("deep", `export default ${"!".repeat(30_000)}1`));
      process.kill(await bundlerPid(), "SIGKILL");
      expect((await deep).ok).toBe(true);
    },
  );

  it.runIf(process.platform === "linux")("blames a module only if it ends under it twice", async () => {
    const endless = bundler.bundle(submission("endless", ENDLESS));
    const first = await bundlerPid();
    await atWork(first);
    process.kill(first, "SIGKILL");
    const second = await bundlerPid(first);
    await atWork(second);
    process.kill(second, "SIGKILL");
    expect(await endless).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(/^The bundler crashed on this module\./), file: "endless.ts" }],
    });
    expect((await bundler.bundle(submission("plain", "export default 1"))).ok).toBe(true);
  });

  it("is ended when it does not come back, and what it had read until then is known", async () => {
    const source = `import "./other.ts";\n${ENDLESS}`;
    writeFileSync(join(folder, "other.ts"), "export const one = 1;");
    limits.bundleTimeMs = 1_000;
    const late = await bundler.bundle(submission("late", source));
    limits.bundleTimeMs = 5_000;
    expect(late).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(/^Bundling this module took longer than 1 s\./), line: 1 }],
      sought: ["late.ts"],
      hash: hashFiles([{ path: "late.ts", text: source }]),
    });
    expect((await bundler.bundle(submission("plain", "export default 1"))).ok).toBe(true);
  });

  it("can be stopped whatever it does, leaves no process behind, and starts again", async () => {
    const [endless, waiting] = [submission("endless", ENDLESS), submission("plain", "export default 1")].map((one) =>
      bundler.bundle(one).catch((error: Error) => error.message),
    );
    const pid = await bundlerPid();
    await bundler.stop();
    expect([await endless, await waiting]).toEqual(["the bundler was stopped", "the bundler was stopped"]);
    expect(bundlerPids()).not.toContain(pid);
    expect((await bundler.bundle(submission("plain", "export default 1"))).ok).toBe(true);
  });
});

function bundlerPids(): number[] {
  return children().flatMap(({ pid, command }) => (command.includes("bundler-main.js") ? [pid] : []));
}

/** Resolves once esbuild's process, a child of the bundler's, has worked for longer than it does to start. */
async function atWork(pid: number): Promise<void> {
  const ticks = () => {
    const child = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return child === "" ? 0 : Number(readFileSync(`/proc/${child}/stat`, "utf8").split(" ")[13]);
  };
  while (ticks() < 50) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function bundlerPid(not?: number): Promise<number> {
  for (;;) {
    const pid = bundlerPids().find((one) => one !== not);
    if (pid !== undefined) return pid;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
