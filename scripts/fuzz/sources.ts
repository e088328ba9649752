import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { packageRoot } from "../../harness/files/package-root.ts";
import { Sandbox } from "../../harness/plan/sandbox.ts";
import { guaranteedLimits } from "../../harness/task/limits.ts";
import { redteam } from "../../harness/testing/corpus/corpora.ts";
import { bundle, stopBundler } from "../../harness/worker/bundler.ts";
import { mutated, noise } from "./mutations.ts";
import { checkedPlan } from "./plans.ts";
import { expectReadable, target } from "./target.ts";

const HOSTILE = ["patch-prototypes", "two-faced-getter", "endless-proxy"];
const MODULES = [
  ...redteam().flatMap(({ name, module }) => (module !== undefined && HOSTILE.includes(name) ? [module] : [])),
  readFileSync(join(packageRoot(), "submissions/plain/softmax.ts"), "utf8"),
];
const BUILT_IN =
  "export const plain = () => ({ passes: [{ code: 'fn f() {}', bindings: ['x', 'y'], workgroups: [1] }] });";

/** Endless plan functions run here until their time limit. */
const PLAN_LIMIT_MS = 1_100;

/** Modules: from their bytes to a checked plan, through the real bundler and sandbox. */
export const sources = target(
  "sources",
  fc.oneof({ arbitrary: noise, weight: 1 }, { arbitrary: mutated(MODULES), weight: 4 }),
  planned,
  { close: stopBundler, mostCpuMs: PLAN_LIMIT_MS + 1_000 },
);

const context = {
  task: "softmax",
  shape: { rows: 7, cols: 13 },
  params: {},
  device: { features: [], limits: guaranteedLimits, subgroupMinSize: 0, subgroupMaxSize: 0, kind: "software" },
} as const;

async function planned(source: string | Uint8Array): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-fuzz-"));
  try {
    mkdirSync(join(folder, "kernels"));
    writeFileSync(join(folder, "softmax.ts"), source);
    writeFileSync(join(folder, "softmax.wgsl"), "fn f() {}");
    writeFileSync(join(folder, "plain.js"), BUILT_IN);
    const bundled = await bundle({ candidate: "fuzz", task: "softmax", file: "softmax.ts", folder });
    if (!bundled.ok) {
      if (bundled.problems.length === 0) throw new Error("refused without a problem");
      for (const { message, frame } of bundled.problems) expectReadable(`${message} ${frame}`);
      return;
    }
    const call = await new Sandbox(bundled.script, bundled.sourceMap).plan(context);
    if (call.ok) checkedPlan(call.value);
    else expectReadable(`${call.message} ${call.place?.frame ?? ""}`);
    if (call.log !== "") expectReadable(call.log);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
