import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findAdapter } from "../adapter/adapter.ts";
import { packageRoot } from "../files/package-root.ts";
import { checkConfinement } from "./confinement-check.ts";
import { requireIsolation } from "./isolation.ts";

const adapter = await findAdapter();

/** The confinement that holds, by name. */
async function standing(isIsolated: boolean): Promise<string[]> {
  const checks = await checkConfinement(adapter, { isIsolated });
  return checks.filter(({ holds }) => holds).map(({ name }) => name);
}

it("lets a worker reach nothing but its own code and the driver, as doctor says", () => {
  // A variable that is none of a kernel's business, and a descriptor that whoever starts us forgot to close: Node itself
  // closes those below 16.
  const forgotten = openSync(join(packageRoot(), "README.md"), "r");
  const { stdout } = spawnSync(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), "doctor", "--json"], {
    encoding: "utf8",
    env: { ...process.env, KERNELMARK_SECRET: "secret" },
    stdio: ["ignore", "pipe", "ignore", ...Array(20).fill("ignore"), forgotten],
  });
  closeSync(forgotten);
  const findings: { what: string; state: string; detail: string }[] = JSON.parse(stdout).findings;
  const checks = findings.filter(({ what }) => what.startsWith("Barrier: "));
  expect(checks.map(({ what, state, detail }) => [what, state, detail])).toEqual([
    ["Barrier: files", "ok", "workers read Kernelmark's own files only, and write none"],
    ["Barrier: processes", "ok", "workers start no processes and no threads"],
    ["Barrier: environment", "ok", "workers know the driver's variables only"],
    ["Barrier: descriptors", "ok", "workers inherit no open files"],
    ["Barrier: memory", "ok", expect.stringMatching(/^a worker's JavaScript may take 1\.\d GiB$/)],
    ["Barrier: network", expect.anything(), expect.stringMatching(/--isolate|bubblewrap/)],
  ]);
});

it("takes the network away too where bubblewrap works, and otherwise says how to get it", async () => {
  const refusal = await requireIsolation(adapter).then(
    () => undefined,
    (error) => error,
  );
  if (refusal === undefined) {
    expect(await standing(true)).toEqual(["files", "processes", "environment", "descriptors", "memory", "network"]);
  } else {
    expect(refusal.message).toMatch(/^--isolate needs bubblewrap, /);
    expect(refusal.hint).toMatch(/sudo apt install bubblewrap|sudo sysctl|Leave --isolate out/);
  }
});

it("says how to get bubblewrap where there is none", async () => {
  const { PATH } = process.env;
  process.env.PATH = "/nowhere";
  try {
    await expect(requireIsolation(adapter)).rejects.toMatchObject({
      message: expect.stringMatching(/^--isolate needs bubblewrap, (and there is no bwrap|which there is for Linux)/),
      hint: expect.stringMatching(/^(Install it: sudo apt install bubblewrap|Leave --isolate out)/),
    });
  } finally {
    process.env.PATH = PATH;
  }
});
