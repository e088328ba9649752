import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { compilesInFirstRun, processLimitMebibytes, stageLimitsMs } from "../judge/stage-limits.ts";
import { parseAssignment } from "../marks/read-assignment.ts";
import { Planner } from "../plan/planner.ts";
import { defaultLimits, guaranteedLimits, type JudgingLimits, limitRanges } from "../task/limits.ts";
import { bundle, stopBundler } from "../worker/bundler.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(async () => {
  await stopBundler();
  rmSync(folder, { recursive: true });
});

const softmax = await loadTask("softmax");
const SHAPE = { rows: 4, cols: 8 };

/** The limits of an assignment with these settings. */
function limitsOf(yaml: string): JudgingLimits {
  return parseAssignment(`tasks: { softmax: { points: 1 } }\nlimits: { ${yaml} }\n`, "a.yaml", ["softmax"]).limits!;
}

/** Bundles a module under an assignment's limits, calls its plan function, and returns the outcome. */
async function outcomeOf(yaml: string, source: string, others: Readonly<Record<string, string>> = {}) {
  const limits = yaml === "" ? defaultLimits : limitsOf(yaml);
  for (const [name, text] of Object.entries({ "softmax.js": source, ...others })) {
    writeFileSync(join(folder, name), text);
  }
  const bundled = await bundle({ candidate: "alice", task: "softmax", file: "softmax.js", folder }, limits);
  if (!bundled.ok) return `compile-error: ${bundled.problems[0]!.message}`;
  const device = { features: [], limits: guaranteedLimits, subgroupMinSize: 0, subgroupMaxSize: 0 };
  const planner = new Planner(bundled, softmax.spec, { ...device, kind: "software" }, limits);
  const outcome = await planner.plan(SHAPE, {});
  const log = planner.log === "" ? "" : ` ${planner.log.split("\n").at(-1)}`;
  return `${outcome.ok ? "ok" : `${outcome.refusal.verdict}: ${outcome.refusal.message}`}${log}`;
}

const planOf = (pass: string, rest = "") =>
  `const pass = { code: "@compute fn f() {}", bindings: ["x", "y"], workgroups: [1] };
   export default ({ device }) => { ${rest} return { ${pass} }; }`;
const PLAIN = planOf("passes: [pass]");

/** For each limit of planning: a lower limit, a module within the default but not within that, and the message. */
const CASES: readonly [yaml: string, source: string, said: string][] = [
  [
    "files: 1",
    `import a from "./a.txt"; ${planOf("passes: [pass]", "a;")}`,
    "compile-error: The modules import more than 1 files. Merge some of them.",
  ],
  [
    "sourceKibibytes: 16",
    `${PLAIN} // ${"x".repeat(17_000)}`,
    "compile-error: The imported files are larger than 16 KiB in total. Remove unused files.",
  ],
  [
    "planMemoryMebibytes: 16",
    planOf("passes: [pass]", "const all = []; for (let i = 0; i < 30; i++) all.push(new Uint8Array(2 ** 20));"),
    "memory-limit: The plan function needs more than 16 MiB of memory. Look for an array or string that grows without bound.",
  ],
  [
    "planSizeMebibytes: 0.25",
    planOf(`passes: [{ ...pass, code: "x".repeat(300_000) }]`),
    "plan-error: The plan is larger than 0.25 MiB as text. Use fewer passes, and `constants` for shaders that differ only in numbers.",
  ],
  ["logCharacters: 256", planOf("passes: [pass]", "console.log('x'.repeat(300));"), "ok (cut after 256 characters)"],
  [
    "passes: 2",
    planOf("passes: [pass, pass, pass]"),
    "plan-error: `passes` has 3 passes; the limit is 2. Do more work in each.",
  ],
  [
    "workgroups: 9",
    planOf("passes: [{ ...pass, workgroups: [1, 10] }]"),
    "plan-error: `passes[0].workgroups[1]` is 10; the device allows 9 along one axis. Spread them over another axis, or give each workgroup more work.",
  ],
  [
    "scratchTimes: 0.5",
    planOf(`passes: [pass], scratch: { a: ${softmax.spec.scratchLimitBytes(SHAPE)} }`),
    `memory-limit: \`scratch\` asks for ${softmax.spec.scratchLimitBytes(SHAPE)} bytes in total; this task allows ${softmax.spec.scratchLimitBytes(SHAPE) / 2} for this shape. Reuse a buffer, or keep partial results in registers or workgroup memory.`,
  ],
];

describe("an assignment changes", () => {
  it.each(CASES)("%s", async (yaml, source, said) => {
    const others = { "a.txt": "" };
    expect(await outcomeOf(yaml, source, others)).toBe(said);
    expect(await outcomeOf("", source, others)).toMatch(/^ok/);
  });

  it("planSeconds: 0.1", async () => {
    expect(await outcomeOf("planSeconds: 0.1", planOf("passes: [pass]", "for (;;);"))).toBe(
      "time-limit: The plan function did not finish within 0.1 s. Look for an infinite loop.",
    );
  });

  it("the workgroup limits in a plan function's `device.limits`", async () => {
    const source = planOf("passes: [{ ...pass, workgroups: [device.limits.maxComputeWorkgroupsPerDimension] }]");
    expect(await outcomeOf("workgroups: 9", source)).toBe("ok");
  });

  it("the time limits of a worker's stages, and its memory limit", () => {
    const one = { shape: SHAPE, params: {} };
    const usual = stageLimitsMs(defaultLimits, softmax, one);
    const yaml = "planSeconds: 3, compileSeconds: 2, kernelTimes: 5, readBackSeconds: 4";
    expect(stageLimitsMs(limitsOf(yaml), softmax, one)).toEqual({
      plan: 3 * usual.plan,
      compile: 2000,
      run: 5 * usual.run,
      "read-back": 4000,
    });
    expect(processLimitMebibytes(limitsOf("gpuMebibytes: 100, processMebibytes: 300"))).toBe(400);
  });
});

it("has a default within its range for every limit", () => {
  expect(Object.keys(limitRanges)).toEqual(Object.keys(defaultLimits));
  for (const [name, { least, most }] of Object.entries(limitRanges)) {
    const usual = defaultLimits[name as keyof JudgingLimits];
    expect(usual, name).toBeGreaterThanOrEqual(least);
    expect(usual, name).toBeLessThanOrEqual(most);
  }
});

it("gives a kernel's first run time to compile, if the driver compiles then", () => {
  expect((["lavapipe", "swiftshader", "gpu"] as const).map(compilesInFirstRun)).toEqual([true, false, false]);
  const one = { shape: SHAPE, params: {} };
  const limits = { ...defaultLimits, compileSeconds: 7 };
  expect(stageLimitsMs(limits, softmax, one, true).run).toBe(stageLimitsMs(limits, softmax, one).run + 7000);
});
