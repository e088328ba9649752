import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findAdapter } from "../adapter/adapter.ts";
import { packageRoot } from "../files/package-root.ts";
import { checkConfinement } from "./confinement-check.ts";
import { requireIsolation } from "./isolation.ts";

const adapter = await findAdapter();

/** The names of the checks that hold. */
async function standing(isIsolated: boolean): Promise<string[]> {
  const checks = await checkConfinement(adapter, { isIsolated });
  return checks.filter(({ holds }) => holds).map(({ name }) => name);
}

it.runIf(process.platform === "linux")(
  "lets a worker reach only its own code and the driver, as doctor reports",
  () => {
    // A variable that kernels must not see, and a descriptor that our parent process left open: Node itself closes those
    // below 16.
    const forgotten = openSync(join(packageRoot(), "README.md"), "r");
    const { stdout } = spawnSync(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), "doctor", "--json"], {
      encoding: "utf8",
      env: { ...process.env, KERNELMARK_SECRET: "secret" },
      stdio: ["ignore", "pipe", "ignore", ...Array(20).fill("ignore"), forgotten],
    });
    closeSync(forgotten);
    const findings: { what: string; state: string; detail: string }[] = JSON.parse(stdout).findings;
    const checks = findings.filter(({ what }) => what.startsWith("Confinement: "));
    expect(checks.map(({ what, state, detail }) => [what, state, detail])).toEqual([
      ["Confinement: files", "ok", "workers read only Kernelmark's own files and write none"],
      ["Confinement: processes", "ok", "workers start no processes and no threads"],
      ["Confinement: environment", "ok", "workers get only the driver's variables"],
      ["Confinement: descriptors", "ok", "workers inherit no open files"],
      ["Confinement: memory", "ok", expect.stringMatching(/^a worker's JavaScript may use 1\.\d GiB$/)],
      ["Confinement: network", expect.anything(), expect.stringMatching(/--isolate|bubblewrap/)],
    ]);
  },
);

it("also blocks the network if bubblewrap works, and otherwise says how to get it", async () => {
  const refusal = await requireIsolation(adapter).then(
    () => undefined,
    (error) => error,
  );
  if (refusal === undefined) {
    expect(await standing(true)).toEqual(["files", "processes", "environment", "descriptors", "memory", "network"]);
  } else {
    expect(refusal.message).toMatch(/^--isolate needs bubblewrap, /);
    expect(refusal.hint).toMatch(/Install it|sudo sysctl|Omit --isolate/);
  }
});

it("says how to get bubblewrap if it is missing", async () => {
  const { PATH } = process.env;
  process.env.PATH = "/nowhere";
  try {
    await expect(requireIsolation(adapter)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^--isolate needs bubblewrap, (but bwrap is not installed|which runs only on Linux)/,
      ),
      hint: expect.stringMatching(/^(Install it|Omit --isolate)/),
    });
  } finally {
    process.env.PATH = PATH;
  }
});
