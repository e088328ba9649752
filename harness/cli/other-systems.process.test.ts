import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import webgpu from "webgpu/package.json" with { type: "json" };
import { tryAdapter } from "../adapter/adapter.ts";
import { packageRoot } from "../files/package-root.ts";
import { RooflineCache } from "../run/roofline-cache.ts";

// The commands that a candidate uses, as they run on other systems (`harness/testing/other-system.js`). Only Linux can
// show others so.

const LAUNCHER = join(packageRoot(), "bin", "kernelmark.js");
const PRELOAD = pathToFileURL(join(packageRoot(), "harness", "testing", "other-system.js")).href;
const root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
/** Homes have spaces and other letters than ASCII. */
const course = join(root, "Zoë's course");
const temporary = join(root, "temporary files");
let driver: Readonly<Record<string, string>>;

beforeAll(async () => {
  const { adapter } = await tryAdapter("swiftshader", { trustMemory: true });
  driver = adapter!.environment;
  mkdirSync(temporary, { recursive: true });
  const example = (name: string) => readFileSync(join(packageRoot(), "submissions", name), "utf8");
  const windowsLines = (text: string) => text.replaceAll("\n", "\r\n");
  for (const name of ["plain", "wrong-answer", "time-limit", "compile-error"]) {
    mkdirSync(join(course, "submissions", name), { recursive: true });
    for (const file of ["softmax.ts", "softmax.wgsl"]) {
      writeFileSync(join(course, "submissions", name, file), windowsLines(example(`${name}/${file}`)));
    }
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function environmentOf(platform: string): NodeJS.ProcessEnv {
  const { VK_DRIVER_FILES: _, VK_ICD_FILENAMES: __, LD_LIBRARY_PATH: ___, ...others } = process.env;
  return {
    ...others,
    ...driver,
    NO_COLOR: "1",
    TMPDIR: temporary,
    XDG_STATE_HOME: join(root, "state"),
    XDG_CACHE_HOME: join(root, "cache"),
    KERNELMARK_ADAPTER: "",
    KERNELMARK_TEST_PLATFORM: platform,
    KERNELMARK_TEST_DRIVER: JSON.stringify(driver),
    NODE_OPTIONS: `--import=${PRELOAD}`,
  };
}

/** Another system's words, in what a command shows. */
const FOREIGN = /vulkan|lavapipe|swiftshader|\/proc|apt install|ulimit|bwrap is/i;

describe.runIf(process.platform === "linux" && process.arch === "x64").each([
  {
    platform: "darwin",
    adapter: {
      name: "gpu",
      kind: "hardware",
      description: "Apple M2 (Metal driver on macOS Version 26.1 (Build 25B78))",
      driver: "Metal driver on macOS Version 26.1 (Build 25B78)",
    },
    environment: {},
    adapters: [["GPU", "ok"]],
    command: "npx kernelmark check 'my work/me/softmax.ts' --watch",
  },
  {
    platform: "win32",
    adapter: {
      name: "warp",
      kind: "software",
      description: "WARP (D3D12 driver version 10.0.26100.1)",
      driver: "D3D12 driver version 10.0.26100.1",
    },
    environment: { KERNELMARK_FALLBACK_ADAPTER: "1" },
    adapters: [
      ["GPU", "missing"],
      ["WARP", "ok"],
    ],
    command: 'npx kernelmark check "my work/me/softmax.ts" --watch',
  },
])("on $platform", ({ platform, adapter, environment, adapters, command }) => {
  function kernelmark(args: readonly string[], expected: number): SpawnSyncReturns<string> {
    const env = environmentOf(platform);
    const result = spawnSync(process.execPath, [LAUNCHER, ...args], { cwd: course, env, encoding: "utf8" });
    const shown = result.stdout + result.stderr;
    expect(result.status, shown).toBe(expected);
    if (args[0] !== "doctor") expect(shown).not.toMatch(FOREIGN);
    return result;
  }

  it("doctor chooses the system's own adapter, and says how limits are measured", () => {
    const { ok, adapter: chosen, findings } = JSON.parse(kernelmark(["doctor", "--json"], 0).stdout);
    expect(ok).toBe(true);
    expect(chosen).toMatchObject(adapter);
    expect(chosen.environment).toEqual(environment);
    const states: [string, string][] = findings.map(({ what, state }: Record<string, string>) => [what, state]);
    expect(states.slice(3, 3 + adapters.length)).toEqual(adapters);
    const details = Object.fromEntries(findings.map(({ what, detail }: Record<string, string>) => [what, detail]));
    expect(details.Limits).toMatch(/^workers report their own time and memory/);
    expect(details["Confinement: descriptors"]).toMatch(/^not checked/);
    expect(details["Confinement: environment"]).toBe("workers get only the driver's variables");
    expect(details["Confinement: network"]).toBe("not confined: --isolate needs Linux");
    for (const { what, detail, mend = "" } of findings) {
      expect(`${detail} ${mend}`, what).not.toMatch(FOREIGN);
    }
  });

  it("init, tasks, hint and oracle work, and commands can be typed into the system's shell", () => {
    const started = kernelmark(["init", "softmax", "--dir", "my work", "--force"], 0).stdout;
    expect(started).toContain(command);
    expect(kernelmark(["tasks"], 0).stdout).toContain("softmax");
    expect(kernelmark(["hint", "softmax", "--again"], 0).stdout).toContain("1 of ");
    const problem = join(root, "case.json");
    writeFileSync(
      problem,
      '{ "task": "softmax", "shape": { "rows": 1, "cols": 1 }, "params": {}, "inputs": { "x": [3] } }',
    );
    expect(JSON.parse(kernelmark(["oracle", "--case", problem], 0).stdout).outputs.y).toEqual([1]);
  });

  it("check judges files with Windows's line ends, and leaves nothing behind", () => {
    const verdictOf = (name: string, exit: number) =>
      JSON.parse(kernelmark(["check", join("submissions", name, "softmax.ts"), "--json"], exit).stdout);
    expect(verdictOf("plain", 0)).toMatchObject({ verdict: "accepted" });
    expect(verdictOf("wrong-answer", 1)).toMatchObject({ verdict: "wrong-answer" });
    expect(verdictOf("compile-error", 1).evidence.frame).toMatch(/^> +\d+ \|.*wieght.*$/m);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("check stops a kernel that never ends", () => {
    const { stdout } = kernelmark(["check", "submissions/time-limit/softmax.ts"], 1);
    expect(stdout).toContain("time-limit");
  });

  it("check --watch checks again after a save", async () => {
    const file = join(course, "submissions", "plain", "softmax.ts");
    const text = readFileSync(file, "utf8");
    const watching = spawn(process.execPath, [LAUNCHER, "check", file, "--watch"], { env: environmentOf(platform) });
    onTestFinished(() => {
      watching.kill("SIGKILL");
      writeFileSync(file, text);
    });
    let output = "";
    watching.stdout.setEncoding("utf8").on("data", (part: string) => {
      output += part;
    });
    const until = async (words: string) => {
      while (!output.includes(words)) await once(watching.stdout, "data");
    };
    await until("accepted");
    writeFileSync(file, "let = = 2;\r\n");
    await until("softmax.ts:1:7");
    watching.kill("SIGINT");
    await once(watching, "close");
  });

  it("bench measures, and names files with slashes", async () => {
    // Measuring a GPU's roofline would take SwiftShader minutes.
    const cache = new RooflineCache(adapter, webgpu.version, join(root, "cache", "kernelmark"));
    const copies = [{ bytes: 2 ** 24, bytesPerSecond: 1e11 }];
    await cache.write({ copies, f32PerSecond: 1e12, int8PerSecond: 1e12 }, { now: new Date(), load: 0 });
    const quick = ["--shape", "rows=64,cols=16", "--budget", "100ms", "--json"];
    const { stdout } = kernelmark(["bench", "./submissions/plain/softmax.ts", ...quick], 0);
    expect(JSON.parse(stdout)).toMatchObject({ state: "measured", target: "submissions/plain/softmax.ts", adapter });
  });

  it("grade writes its reports", () => {
    const out = join(course, `run on ${platform}`);
    kernelmark(["grade", "submissions", "--out", out], 0);
    const { adapter: used, attempts } = JSON.parse(readFileSync(join(out, "results.json"), "utf8"));
    expect(used).toMatchObject(adapter);
    const verdicts = attempts.map(({ candidate, verdict }: Record<string, string>) => [candidate, verdict]);
    expect(verdicts.filter(([candidate]: string[]) => candidate !== "plain")).toEqual([
      ["compile-error", "compile-error"],
      ["time-limit", "time-limit"],
      ["wrong-answer", "wrong-answer"],
    ]);
    expect(readdirSync(out)).not.toContain("lock");
  });
});
