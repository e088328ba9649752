import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import type { BundleResult } from "../plan/bundle.ts";
import { bundle, stopBundler } from "../worker/bundler.ts";

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "bundle-")));
});
afterEach(() => rm(root, { recursive: true }));
afterAll(stopBundler);

async function put(files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

function bundleOf(candidate: string, file = "softmax.ts"): Promise<BundleResult> {
  return bundle({ candidate, task: "softmax", file, folder: join(root, candidate) });
}

/** A module's problems, one line each. */
async function problems(source: string, others: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string[]> {
  await put({ "alice/softmax.ts": source, ...others });
  const result = await bundleOf("alice");
  if (result.ok) return [];
  return result.problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
}

function exportsOf(result: BundleResult): { default: unknown } {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return new Function(`${result.script}; return kernelmarkSubmission;`)();
}

test("a module, its own modules, WGSL as text and kernelmark become one script", async () => {
  await put({
    "alice/softmax.ts": `
      import { ceilDiv, type Plan } from "kernelmark";
      import code from "./wgsl/a.wgsl";
      import { half } from "./lib/half";
      import { quarter } from "./lib/quarter.js";
      import table from "./table.json";
      export default (): unknown => ({ code, n: ceilDiv(half(9), 2), q: quarter(8), table });`,
    "alice/wgsl/a.wgsl": "// ä\n@compute fn f() {}",
    "alice/lib/half.ts": "export const half = (n: number): number => n / 2;",
    "alice/lib/quarter.ts": "import { half } from './half.ts'; export const quarter = (n: number) => half(half(n));",
    "alice/table.json": "[1, 2]",
    "alice/unused.bin": new Uint8Array(1_000_000),
  });
  const result = await bundleOf("alice");
  const plan = exportsOf(result).default as () => unknown;
  expect(plan()).toEqual({ code: "// ä\n@compute fn f() {}", n: 3, q: 2, table: [1, 2] });
  expect(result.ok && result.files.map(({ path }) => path)).toEqual([
    "lib/half.ts",
    "lib/quarter.ts",
    "softmax.ts",
    "table.json",
    "wgsl/a.wgsl",
  ]);
});

test("the result for a refused module lists the files that were read", async () => {
  await put({ "alice/softmax.ts": 'import code from "./a.wgsl"; export default () => {', "alice/a.wgsl": "fn f() {}" });
  const { ok, files } = await bundleOf("alice");
  expect(ok).toBe(false);
  expect(files.map(({ path }) => path)).toEqual(["softmax.ts"]);
});

test("the hash covers exactly the files that are reached", async () => {
  const source = 'import c from "./c.wgsl"; export default c;';
  await put({ "alice/softmax.ts": source, "alice/c.wgsl": "1", "bob/softmax.ts": source, "bob/c.wgsl": "1" });
  await put({ "bob/README.md": "hello" });
  const [alice, bob] = [await bundleOf("alice"), await bundleOf("bob")];
  expect(alice.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(bob.hash).toBe(alice.hash);
  await put({ "bob/c.wgsl": "2" });
  expect((await bundleOf("bob")).hash).not.toBe(alice.hash);
});

test("a syntax error has file, line, column and a frame", async () => {
  await put({ "alice/softmax.ts": "export default function plan() {\n  const é = 1 oops;\n}\n" });
  const result = await bundleOf("alice");
  expect(!result.ok && result.problems).toEqual([
    {
      message: 'Expected ";" but found "oops"',
      file: "softmax.ts",
      line: 2,
      column: 15,
      frame: [
        "  1 | export default function plan() {",
        "> 2 |   const é = 1 oops;",
        "    |               ^^^^",
        "  3 | }",
        "  4 |",
      ].join("\n"),
    },
  ]);
});

test.each([
  ["../bob/softmax.ts", "`../bob/softmax.ts` leads out of your folder. Copy the file into it."],
  ["./lib/../../bob/softmax.ts", "`./lib/../../bob/softmax.ts` leads out of your folder. Copy the file into it."],
  ["..", "`..` leads out of your folder. Copy the file into it."],
  ["/etc/passwd", "`/etc/passwd` is an absolute path."],
  ["C:/secret.ts", "`C:/secret.ts` is an absolute path."],
  [".\\\\lib\\\\softmax.wgsl", "`.\\lib\\softmax.wgsl` has backslashes. Write `./lib/softmax.wgsl`, on Windows too."],
  ["data:text/javascript,export default 1", "`data:text/javascript,export default 1` is a URL."],
  ["https://example.com/x.js", "`https://example.com/x.js` is a URL."],
  ["file:///etc/passwd", "`file:///etc/passwd` is a URL."],
  ["node:fs", "`node:fs` is a Node.js module, but plans do not run in Node.js."],
  ["fs", "`fs` is a Node.js module, but plans do not run in Node.js."],
  ["lodash", "`lodash` is a package, and packages are not available."],
  ["esbuild", "`esbuild` is a package, and packages are not available."],
  ["#internal", "`#internal` is a package, and packages are not available."],
  ["kernelmark/harness", "`kernelmark/harness` is a package, and packages are not available."],
  ["a/../../bob/softmax.ts", "`a/../../bob/softmax.ts` is a package, and packages are not available."],
])("importing %s is refused", async (specifier, message) => {
  await put({ "bob/softmax.ts": "export default 1" });
  const [problem, ...more] = await problems(`\nimport x from "${specifier}"; export default x;`);
  expect(problem).toContain(`softmax.ts:2:15 ${message}`);
  expect(more).toEqual([]);
});

test("a backslash that JavaScript takes for an escape is recognised", async () => {
  await put({ "alice/softmax.wgsl": "" });
  expect(await problems('import x from ".\\softmax.wgsl"; export default x;')).toEqual([
    expect.stringContaining("`.softmax.wgsl` is no path: in a string, a backslash disappears. Write `./softmax.wgsl`."),
  ]);
});

test("require, import() and re-exports go the same way", async () => {
  expect(await problems('export default () => require("fs");')).toHaveLength(1);
  expect(await problems('export default () => import("node:fs");')).toHaveLength(1);
  expect(await problems('export * from "fs"; export default 1;')).toHaveLength(1);
  expect(await problems('import x = require("fs"); export default x;')).toHaveLength(1);
});

test("a computed require or import reaches nothing", async () => {
  expect(await problems('const n = "fs"; export default () => [require(n), import(n)];')).toEqual([]);
});

test("a partly computed path finds no file, existing or not, inside the folder or outside", async () => {
  await put({ "bob/softmax.ts": "export default 1", "alice/a.ts": "export default 1" });
  // esbuild looks for such files in its own working directory.
  const outside = relative(process.cwd(), join(root, "bob"));
  for (const pattern of [
    `"./${outside}/" + n + ".ts"`,
    `\`../${basename(process.cwd())}/package\${n}.json\``,
    '"./no" + n',
  ]) {
    for (const call of ["import", "require"]) {
      const [problem, ...more] = await problems(`const n = "softmax"; export default () => ${call}(${pattern});`);
      expect(problem, pattern).toMatch(/^softmax\.ts:1:\d+ Import paths must be string literals/);
      expect(more).toEqual([]);
    }
  }
});

test("links are refused anywhere in a path", async () => {
  await put({ "bob/secret.ts": "export default 1", "bob/secret.wgsl": "x", "alice/x.ts": "" });
  await symlink(join(root, "bob"), join(root, "alice/lib"));
  await symlink(join(root, "bob/secret.wgsl"), join(root, "alice/code.wgsl"));
  expect(await problems('import x from "./lib/secret.ts"; export default x;')).toEqual([
    "softmax.ts:1:15 `lib` is a symbolic link. Put the file itself into your folder.",
  ]);
  expect(await problems('import x from "./code.wgsl"; export default x;')).toEqual([
    "softmax.ts:1:15 `code.wgsl` is a symbolic link. Put the file itself into your folder.",
  ]);
});

test.runIf(process.platform !== "win32")("a pipe is refused, not waited for", async () => {
  await put({ "alice/x.ts": "" });
  execFileSync("mkfifo", [join(root, "alice/pipe.wgsl")]);
  expect(await problems('import x from "./pipe.wgsl"; export default x;')).toEqual([
    "softmax.ts:1:15 `pipe.wgsl` is not a regular file.",
  ]);
});

test("a missing file is named, with a suggestion", async () => {
  expect(await problems('import x from "./sofmax.wgsl"; export default x;', { "alice/softmax.wgsl": "" })).toEqual([
    "softmax.ts:1:15 There is no file `sofmax.wgsl` in your folder. Did you mean `softmax.wgsl`?",
  ]);
  expect(await problems('import x from "softmax.wgsl"; export default x;')).toEqual([
    "softmax.ts:1:15 `softmax.wgsl` must begin with `./`: write `./softmax.wgsl`.",
  ]);
  const gone = await bundleOf("alice", "gone.ts");
  expect(!gone.ok && gone.problems[0]?.message).toContain("There is no file `gone.ts` in your folder.");
});

test("other kinds of file and invalid UTF-8 are refused", async () => {
  expect(await problems('import x from "./x.wasm"; export default x;', { "alice/x.wasm": "" })).toEqual([
    "softmax.ts:1:15 `x.wasm` cannot be imported. Import .ts, .js or .json modules, or .wgsl or .txt files as text.",
  ]);
  expect(
    await problems('import x from "./x.wgsl"; export default x;', { "alice/x.wgsl": Buffer.from([0xff]) }),
  ).toEqual(["softmax.ts:1:15 `x.wgsl` is not UTF-8 text. Save it as UTF-8."]);
});

test("too many and too large files are refused", async () => {
  const many = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`alice/f${i}.wgsl`, `${i}`]));
  const imports = (count: number) =>
    Array.from({ length: count }, (_, i) => `import f${i} from "./f${i}.wgsl";`).join("");
  const uses = (count: number) => `export default [${Array.from({ length: count }, (_, i) => `f${i}`)}]`;
  expect(await problems(imports(63) + uses(63), many)).toEqual([]);
  expect((await problems(imports(64) + uses(64)))[0]).toContain("The modules import more than 64 files.");

  const big = { "alice/big.wgsl": "x".repeat(512 * 1024) };
  expect(await problems('import x from "./big.wgsl"; export default x;', big)).toEqual([
    "softmax.ts:1:15 The imported files are larger than 512 KiB in total. Remove unused files.",
  ]);
  expect(await problems(`export default "${"x".repeat(128 * 1024)}";`)).toEqual([
    "softmax.ts:1:1 `softmax.ts` is larger than 128 KiB. Move WGSL to .wgsl files, and split the rest.",
  ]);
});

test("an enum becomes an object, wherever the keyword is", async () => {
  await put({
    "alice/softmax.ts": `
      // enum of kinds { ${"//a ".repeat(40)}
      import { Kind } from "./kinds";
      const text = "enum Text { A }";
      export default { text, template: \`enum \${Kind.B} { }\`, own: Own.Größe };
      const /* { */ enum // x
        Own { Gr\\u00f6ße = 7 }
      declare enum Nothing { A }`,
    "alice/kinds.ts": "export enum Kind { A, B }",
  });
  expect(exportsOf(await bundleOf("alice")).default).toEqual({
    text: "enum Text { A }",
    template: "enum 1 { }",
    own: 7,
  });
});

test("a module whose bundle would take gigabytes is refused", async () => {
  const [problem, ...more] = await problems(
    `enum E { A = "${"x".repeat(60_000)}" }\nexport default [${"E.A,".repeat(15_000)}];`,
  );
  expect(problem).toContain("softmax.ts:1:1 Bundling this module needed more than 512 MiB of memory. Shorten it");
  expect(more).toEqual([]);
  const [smaller] = await problems(`enum E { A = "${"x".repeat(1_000)}" }\nexport default [${"E.A,".repeat(5_000)}];`);
  expect(smaller).toBe("softmax.ts:1:1 The bundled module is larger than 4 MiB. Shorten it.");
});

test("a folder's own configuration has no effect", async () => {
  await put({
    "alice/tsconfig.json": '{ "compilerOptions": { "paths": { "*": ["../bob/*"] }, "jsx": "react" } }',
    "alice/package.json": '{ "imports": { "#x": "../bob/softmax.ts" }, "browser": { "./a.ts": "../bob/softmax.ts" } }',
    "bob/softmax.ts": "export default 'stolen'",
    "alice/a.ts": "export default 'own'",
  });
  await put({ "alice/softmax.ts": 'import a from "./a.ts"; export default a;' });
  expect(exportsOf(await bundleOf("alice")).default).toBe("own");
  expect(await problems('import x from "#x"; export default x;')).toHaveLength(1);
});

test("deeply nested modules neither crash the bundler nor harm others", async () => {
  await put({
    "alice/softmax.ts": `export default ${"[".repeat(60_000)}`,
    "bob/softmax.ts": `export default ${"!".repeat(120_000)}1`,
    "carol/softmax.ts": "export default 1",
  });
  const [alice, , carol] = await Promise.all([bundleOf("alice"), bundleOf("bob"), bundleOf("carol")]);
  expect(alice.ok).toBe(false);
  expect(carol.ok).toBe(true);
});

test("the reasons for thousands of refusals are not sought", async () => {
  const imports = Array.from({ length: 5_000 }, (_, index) => `import "./m${index}.ts";`).join("\n");
  expect(await problems(`${imports}\nexport default 1;`)).toHaveLength(5);
  expect((await bundleOf("alice")).sought.length).toBeLessThan(100);
});

test("control characters of a source do not reach messages or frames", async () => {
  await put({ "alice/softmax.ts": 'import x from "./\u001b[31mred"; export default x;' });
  const result = await bundleOf("alice");
  const text = JSON.stringify(result.ok || result.problems);
  expect(text).not.toContain("\\u001b");
  expect(text).toContain("u{1b}");
});
