import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskNames } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { candidateNameProblem } from "./file-name.ts";
import { writeStarter } from "./write-starter.ts";

const root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The compiler's output in a candidate's folder, a line per error: `softmax.ts(5,3): error …`. */
function compile(folder: string): string[] {
  const tsc = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", "."], { cwd: folder, encoding: "utf8" });
  return stdout.split("\n").filter((line) => /^\S+\(\d+,\d+\): error/.test(line));
}

describe("a folder outside of this checkout", () => {
  const folder = join(root, "submissions", "ada");
  beforeAll(async () => {
    for (const task of taskNames()) await writeStarter(task, folder, false);
  });

  it("gets types with which every starter compiles", () => {
    expect(readdirSync(folder).filter((name) => !/^[a-z0-9-]+\.(ts|wgsl)$/.test(name))).toEqual([
      "kernelmark.d.ts",
      "tsconfig.json",
    ]);
    expect(compile(folder)).toEqual([]);
  });

  it("gets types that reject misspelt names", () => {
    const starter = readFileSync(join(folder, "softmax.ts"), "utf8");
    const slips: Readonly<Record<string, string>> = {
      shape: starter.replace("shape.rows,", "shape.row,"),
      tensor: starter.replace('"y"]', '"yy"]'),
      param: readFileSync(join(folder, "attention.ts"), "utf8").replace("params.causal", "params.casual"),
      context: starter.replace("{ shape }", "{ shapes }"),
      field: starter.replace("workgroups:", "workgroup:"),
      task: starter.replace('Context<"softmax">', 'Context<"softmx">'),
      scratch: starter.replace("passes: [", "scratch: { sums: 4 }, passes: ["),
      misnamed: starter
        .replace('Plan<"softmax">', 'Plan<"softmax", "sums">')
        .replace("passes: [", "scratch: { sum: 4 }, passes: ["),
      unscratched: starter
        .replace('Plan<"softmax">', 'Plan<"softmax", "sums">')
        .replace("passes: [", "scratch: { sums: 4 }, passes: [")
        .replace('"y"]', '"sumz"]'),
    };
    for (const [slip, text] of Object.entries(slips)) {
      expect(text, `${slip} changes the starter`).not.toBe(starter);
      mkdirSync(join(root, "slips"), { recursive: true });
      writeFileSync(join(root, "slips", `${slip}.ts`), text);
    }
    for (const name of ["kernelmark.d.ts", "tsconfig.json"]) {
      writeFileSync(join(root, "slips", name), readFileSync(join(folder, name)));
    }
    const errors = compile(join(root, "slips")).map((line) => line.replace(/\(\d+,\d+\): error TS\d+/, ""));
    expect(errors.sort()).toMatchInlineSnapshot(`
      [
        "context.ts: Cannot find name 'shape'. Did you mean 'shapes'?",
        "context.ts: Cannot find name 'shape'. Did you mean 'shapes'?",
        "context.ts: Cannot find name 'shape'. Did you mean 'shapes'?",
        "context.ts: Property 'shapes' does not exist on type 'PlanContext<"softmax">'.",
        "field.ts: Object literal may only specify known properties, but 'workgroup' does not exist in type 'Pass<"softmax", never>'. Did you mean to write 'workgroups'?",
        "misnamed.ts: Object literal may only specify known properties, but 'sum' does not exist in type 'Readonly<Record<"sums", number>>'. Did you mean to write 'sums'?",
        "param.ts: Property 'casual' does not exist on type '{ readonly causal: number; }'. Did you mean 'causal'?",
        "scratch.ts: Object literal may only specify known properties, and 'sums' does not exist in type 'NoScratch'.",
        "shape.ts: Property 'row' does not exist on type '{ readonly rows: number; readonly cols: number; }'. Did you mean 'rows'?",
        "task.ts: 'shape' is of type 'unknown'.",
        "task.ts: 'shape' is of type 'unknown'.",
        "task.ts: 'shape' is of type 'unknown'.",
        "task.ts: Type '"softmx"' does not satisfy the constraint 'keyof Tasks'.",
        "tensor.ts: Type '"yy"' is not assignable to type '"x" | "y"'.",
        "unscratched.ts: Type '"sumz"' is not assignable to type '"sums" | "x" | "y"'.",
      ]
    `);
  });

  it("also accepts scratch buffers, console.log, and a shape without a task", () => {
    const other = join(root, "other");
    mkdirSync(other);
    for (const name of ["kernelmark.d.ts", "tsconfig.json"]) {
      writeFileSync(join(other, name), readFileSync(join(folder, name)));
    }
    writeFileSync(
      join(other, "softmax.ts"),
      `import { ceilDiv, type Plan, type PlanContext } from "kernelmark";
export default function plan({ shape, device }: PlanContext<"softmax">): Plan<"softmax", "maxima" | "sums"> {
  console.log(shape.rows, device.limits.maxBufferSize);
  return {
    scratch: { maxima: 4 * shape.rows, sums: 4 * shape.rows },
    passes: [
      { code: "", bindings: ["x", "maxima", "sums"], workgroups: [ceilDiv(shape.rows, 64)] },
      { code: "", bindings: ["sums", "y"], workgroups: { indirect: "maxima", offset: 4 } },
    ],
  };
}
export const any = ({ shape }: PlanContext): Plan => ({
  scratch: { anything: shape.whatever! },
  passes: [{ code: "", bindings: ["anything"], workgroups: [1] }],
});
`,
    );
    expect(compile(other)).toEqual([]);
  });
});

describe("an existing file or folder", () => {
  const folder = join(root, "kept");
  beforeAll(() => writeStarter("softmax", folder, false));

  it("stays, unless --force overwrites it", async () => {
    writeFileSync(join(folder, "softmax.wgsl"), "// mine");
    rmSync(join(folder, "softmax.ts"));
    await expect(writeStarter("softmax", folder, false)).rejects.toMatchObject({
      message: `\`${join(folder, "softmax.wgsl")}\` exists already and was not changed.`,
      hint: "Continue with it, choose another --name, or overwrite it with --force.",
    });
    expect(readdirSync(folder)).not.toContain("softmax.ts");
    expect(readFileSync(join(folder, "softmax.wgsl"), "utf8")).toBe("// mine");
    await writeStarter("softmax", folder, true);
    expect(readFileSync(join(folder, "softmax.wgsl"), "utf8")).toContain("fn main");
  });

  it("is never given a second module for the task", async () => {
    writeFileSync(join(folder, "gmm-fit.js"), "");
    await expect(writeStarter("gmm-fit", folder, true)).rejects.toThrow(
      `\`${join(folder, "gmm-fit.js")}\` exists already, and a task takes one module: \`.ts\` or \`.js\`.`,
    );
  });

  it("may have an editor's configuration, which stays", async () => {
    writeFileSync(join(folder, "tsconfig.json"), "{}");
    const { forEditors } = await writeStarter("attention", folder, false);
    expect(forEditors).toEqual([join(folder, "kernelmark.d.ts")]);
    expect(readFileSync(join(folder, "tsconfig.json"), "utf8")).toBe("{}");
  });

  it("may be a project with Kernelmark among its packages and a tsconfig.json, which needs no more", async () => {
    const project = join(root, "project");
    mkdirSync(join(project, "node_modules"), { recursive: true });
    symlinkSync(packageRoot(), join(project, "node_modules", "kernelmark"));
    writeFileSync(
      join(project, "tsconfig.json"),
      `{"compilerOptions":{"lib":["es2022"],"types":[],"skipLibCheck":true,"strict":true,"noEmit":true}}`,
    );
    const { forEditors } = await writeStarter("softmax", join(project, "submissions", "ada"), false);
    expect(forEditors).toEqual([]);
    expect(compile(project)).toEqual([]);
  });

  it("may be a project with Kernelmark among its packages and no tsconfig.json, which gets types once", async () => {
    const project = join(root, "installed");
    mkdirSync(join(project, "node_modules"), { recursive: true });
    symlinkSync(packageRoot(), join(project, "node_modules", "kernelmark"));
    const ada = join(project, "submissions", "ada");
    await writeStarter("softmax", ada, false);
    await writeStarter("attention", ada, false);
    expect(readdirSync(ada)).toContain("kernelmark.d.ts");
    expect(compile(ada)).toEqual([]);
  });

  it("may not be a folder", async () => {
    symlinkSync(folder, join(root, "link"));
    writeFileSync(join(root, "file"), "");
    await expect(writeStarter("softmax", join(root, "link"), false)).rejects.toThrow("is a symbolic link");
    await expect(writeStarter("softmax", join(root, "file"), false)).rejects.toThrow("is a file, not a folder");
    await expect(writeStarter("softmax", join(root, "file", "ada"), false)).rejects.toThrow(
      "cannot be created (ENOTDIR)",
    );
  });
});

it("suggests the nearest name for a misspelt task", async () => {
  await expect(writeStarter("sofmax", join(root, "nobody"), false)).rejects.toMatchObject({
    message: 'There is no task "sofmax". Did you mean "softmax"?',
    hint: expect.stringContaining(", softmax,"),
  });
  expect(readdirSync(root)).not.toContain("nobody");
});

it.each([
  ["", "It is empty. Choose a name."],
  ["a/b", "It contains a slash. Use --dir for the parent folder."],
  ["..", "Kernelmark ignores names that begin with a dot. Begin it with a letter."],
  ["node_modules", "Kernelmark ignores folders of this name. Choose another name."],
  ["con", "Its name is reserved on Windows for the device CON. Rename it."],
  ["a\u0007", "Its name contains control characters. Rename it without them."],
])("refuses the candidate's name %j", (name, reason) => {
  expect(candidateNameProblem(name)).toBe(reason);
  expect(candidateNameProblem("Ada Lovelace")).toBeUndefined();
});
