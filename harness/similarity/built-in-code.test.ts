import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { taskFolder } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { marksOf } from "../marks/results-marks.ts";
import type { SubmittedFile } from "../results/attempt.ts";
import { madeUpAttempt, madeUpRun } from "../testing/made-up-run.ts";
import { withBuiltInCode } from "./built-in-code.ts";

const read = (path: string): SubmittedFile => ({
  name: "softmax.wgsl",
  text: readFileSync(join(packageRoot(), path), "utf8"),
});
const kernel = (task: string, name: string): SubmittedFile => ({
  name: "mine.wgsl",
  text: readFileSync(join(taskFolder(task), name), "utf8"),
});
const PRODUCT = kernel("matmul", "../../software/product.wgsl");
const PLAN: SubmittedFile = {
  name: "softmax.ts",
  text: 'import code from "./softmax.wgsl";\nexport default () => {};\n',
};

async function found(files: readonly SubmittedFile[], task = "softmax"): Promise<string | undefined> {
  const attempt = madeUpAttempt("ada", task, "accepted", { files: [PLAN, ...files] });
  const [copy] = (await withBuiltInCode(madeUpRun([attempt]))).builtInCode!;
  return copy && `${copy.source}${copy.isVerbatim ? "" : ", renamed"}`;
}

const changed = ({ name, text }: SubmittedFile, pattern: RegExp, by: string): SubmittedFile => ({
  name,
  text: text.replace(pattern, by),
});

describe("code that comes with Kernelmark", () => {
  const tuned = kernel("softmax", "tuned.wgsl");

  it.each([
    ["plain", "softmax", [kernel("softmax", "plain.wgsl")]],
    ["tuned", "softmax", [tuned]],
    ["tuned", "gqa-decode", [kernel("gqa-decode", "tuned.wgsl"), kernel("gqa-decode", "tuned-join.wgsl")]],
    ["tuned", "rbf-kernel", [kernel("rbf-kernel", "tuned-software.wgsl"), { ...PRODUCT, name: "product.wgsl" }]],
    ["submissions/imprecise", "softmax", [read("submissions/imprecise/softmax.wgsl")]],
    ["docs/tutorial/step-5", "softmax", [read("docs/tutorial/step-5/softmax.wgsl")]],
  ])("is recognised: %s of %s", async (source, task, files) => {
    expect(await found(files, task)).toBe(source);
  });

  it("is recognised with other comments and layout, and in a module's string", async () => {
    const bare = tuned.text.replace(/\/\/.*/g, "// mine").replace(/\n\s*/g, "\n\t");
    expect(await found([{ name: "softmax.wgsl", text: bare }])).toBe("tuned");
    expect(await found([{ name: "code.ts", text: `export const code = \`${tuned.text}\`;` }])).toBe("tuned");
  });

  it("with other names is distinguished from an exact copy", async () => {
    expect(await found([changed(tuned, /\bmaximum\b/g, "largest")])).toBe("tuned, renamed");
  });

  it("is not seen in a kernel of which a line is different, nor in the textbook's with other names", async () => {
    expect(await found([changed(tuned, /\}\s*$/, "  y[0] = 1.0;\n}\n")])).toBeUndefined();
    expect(await found([changed(kernel("softmax", "plain.wgsl"), /\bmaximum\b/g, "largest")])).toBeUndefined();
  });

  it("is not seen in a short kernel, which two people may write the same", async () => {
    expect(await found([kernel("leaky-relu", "plain.wgsl")], "leaky-relu")).toBeUndefined();
  });

  it("gives no points only if the assignment says so, and if it is as it was", async () => {
    const attempts = [
      madeUpAttempt("ada", "softmax", "accepted", { files: [tuned] }),
      madeUpAttempt("eve", "softmax", "accepted", { files: [changed(tuned, /\bmaximum\b/g, "largest")] }),
    ];
    const run = await withBuiltInCode(madeUpRun(attempts));
    const pointsUnder = (builtInCode: "refuse" | "remark") =>
      marksOf({ ...run, assignment: { ...run.assignment, builtInCode } }).candidates.map(({ points }) => points);
    expect(pointsUnder("remark")).toEqual([6, 6]);
    expect(pointsUnder("refuse")).toEqual([0, 6]);
    const refused = marksOf({ ...run, assignment: { ...run.assignment, builtInCode: "refuse" } });
    expect(refused.candidates[0]!.tasks.softmax).toMatchObject({ points: 0, max: 6 });
    expect(refused.candidates[0]!.tasks.softmax!.remark).toBe("code that comes with Kernelmark does not count");
  });
});
