import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { create } from "tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../files/package-root.ts";
import schema from "./gradescope.schema.json" with { type: "json" };

const root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const source = join(packageRoot(), "docs/gradescope");
const installed = join(root, "opt", "kernelmark");

/** A launcher as in the archive of `npm run bundle`, for the Kernelmark under test. */
const LAUNCHER = `#!/bin/sh\nexec "${process.execPath}" "${join(packageRoot(), "bin/kernelmark.js")}" "$@"\n`;

/** Runs one of the scripts, with Gradescope's folders below `autograder`. */
function run(script: string, autograder: string) {
  const env = {
    ...process.env,
    ...{ AUTOGRADER_FOLDER: autograder, KERNELMARK_FOLDER: installed, KERNELMARK: join(installed, "kernelmark") },
    TMPDIR: join(root, "tmp"),
  };
  const { status, stdout, stderr } = spawnSync(join(autograder, "source", script), { env, encoding: "utf8", cwd: "/" });
  return { status, output: stdout + stderr };
}

/** Lays out Gradescope's folders with the files that a candidate uploaded. */
function layOut(name: string, files: readonly string[]): string {
  const autograder = join(root, name);
  mkdirSync(join(autograder, "submission"), { recursive: true });
  cpSync(source, join(autograder, "source"), { recursive: true });
  writeFileSync(
    join(autograder, "source/assignment.yaml"),
    "tasks:\n  softmax: { points: 10 }\n  gelu: { points: 5 }\n",
  );
  for (const file of files) {
    cpSync(join(packageRoot(), "submissions", file), join(autograder, "submission", file.split("/")[1]!));
  }
  return autograder;
}

describe("Gradescope's autograder", () => {
  let autograder: string;
  beforeAll(async () => {
    mkdirSync(join(root, "tmp"));
    autograder = layOut("autograder", ["wrong-answer/softmax.ts", "wrong-answer/softmax.wgsl"]);
    mkdirSync(join(root, "archive/kernelmark-0.1.0-linux-x64"), { recursive: true });
    writeFileSync(join(root, "archive/kernelmark-0.1.0-linux-x64/kernelmark"), LAUNCHER, { mode: 0o755 });
    const file = join(autograder, "source/kernelmark-0.1.0-linux-x64.tar.gz");
    await create({ gzip: true, file, cwd: join(root, "archive") }, ["kernelmark-0.1.0-linux-x64"]);
  });

  it("is set up from the archive, and says if there is none", () => {
    const without = run("setup.sh", layOut("without", []));
    expect(without.status).toBe(1);
    expect(without.output).toContain("There is no kernelmark-*-linux-x64.tar.gz next to setup.sh.");
    const { status, output } = run("setup.sh", autograder);
    expect(output).toContain("SwiftShader");
    expect(status).toBe(0);
    expect(existsSync(join(installed, "kernelmark"))).toBe(true);
  });

  it("grades the flat folder of an upload, and leaves nothing else behind", () => {
    const { status, output } = run("run_autograder", autograder);
    expect(status, output).toBe(0);
    const results = JSON.parse(readFileSync(join(autograder, "results/results.json"), "utf8"));
    const validate = new Ajv({ allowUnionTypes: true, strictRequired: false }).compile(schema);
    expect(validate(results), JSON.stringify(validate.errors)).toBe(true);
    expect(results.tests).toMatchObject([
      { name: "softmax", max_score: 10, status: "failed", tags: ["softmax", "wrong-answer"] },
      { name: "gelu", score: 0, max_score: 5, status: "failed", tags: ["gelu", "missing"] },
    ]);
    expect(results.tests[0].score).toBeGreaterThan(0);
    expect(readdirSync(join(autograder, "results"))).toEqual(["results.json"]);
    expect(readdirSync(join(root, "tmp"))).toEqual([]);
  });

  it("gives no points for code that comes with Kernelmark, if the assignment refuses it", () => {
    const copied = layOut("copied", ["imprecise/softmax.ts", "imprecise/softmax.wgsl"]);
    writeFileSync(join(copied, "source/assignment.yaml"), "tasks: { softmax: { points: 10 } }\nbuiltInCode: refuse\n");
    const { output } = run("run_autograder", copied);
    expect(output).toMatch(/Code that comes with Kernelmark[\s\S]*softmax: the example submissions\/imprecise\./);
    const { score, tests } = JSON.parse(readFileSync(join(copied, "results/results.json"), "utf8"));
    expect(score).toBe(0);
    expect(tests[0].output).toContain("Mark: code that comes with Kernelmark does not count.");
  });

  it("writes no results if Kernelmark cannot grade: Gradescope then gives no score", () => {
    const broken = layOut("broken", []);
    writeFileSync(join(broken, "source/assignment.yaml"), "tasks: {}\n");
    const { status, output } = run("run_autograder", broken);
    expect(status).not.toBe(0);
    expect(output).toContain("`tasks` must name at least one task");
    expect(existsSync(join(broken, "results"))).toBe(false);
  });
});
