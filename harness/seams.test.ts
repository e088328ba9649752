import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { expect, it } from "vitest";
import { packageRoot } from "./files/package-root.ts";

// Code that depends on the system is in the places that docs/architecture.md lists under "Systems", so that all of it is
// found, and tested as on each system.

const root = packageRoot();
const FOLDERS = ["bin", "harness", "kernels", "reference"];
const SEAM_ROW = /^\| `((?:bin|harness)\/[\w./-]+)` +\|/gm;
const section = readFileSync(join(root, "docs/architecture.md"), "utf8")
  .split("\n## ")
  .find((one) => one.startsWith("Systems"));
const seams = Array.from((section ?? "").matchAll(SEAM_ROW), ([, path]) => path!);

/** Paths and variables of one system, as parts of texts. */
const SYSTEM_TEXT = /(^|[\s"'`=])\/(proc|dev|tmp|etc|usr|bin|sys)\b|LD_LIBRARY_PATH|powershell/i;
const OF_PROCESS = new Set(["platform", "kill", "getuid", "geteuid", "setuid", "umask"]);
const OF_MODULES: Readonly<Record<string, RegExp>> = {
  // They start a shell.
  "node:child_process": /^(exec|execSync)$/,
  "node:fs": /^(symlink|link|chmod|fchmod|lchmod)(Sync)?$/,
  "node:fs/promises": /^(symlink|chmod|lchmod)$/,
  "node:os": /^(platform|type|userInfo)$/,
};

interface Use {
  readonly file: string;
  readonly what: string;
}

function usesIn(file: string, text = readFileSync(join(root, file), "utf8")): Use[] {
  const found: string[] = [];
  const { program } = parseSync(file, text);
  const text_ = (value: unknown) => {
    if (typeof value === "string" && SYSTEM_TEXT.test(value)) found.push(`the text ${JSON.stringify(value)}`);
  };
  new Visitor({
    Literal: ({ value }) => text_(value),
    TemplateElement: ({ value }) => text_(value.cooked),
    MemberExpression({ object, property }) {
      const name = property.type === "Identifier" ? property.name : "";
      if (object.type === "Identifier" && object.name === "process" && OF_PROCESS.has(name))
        found.push(`process.${name}`);
      // A file's URL has %20 for a space in its path, and a slash before a drive.
      const isFile = text.slice(object.start, object.end).includes("import.meta");
      if (name === "pathname" && object.type === "NewExpression" && isFile) found.push("the path of a URL");
    },
    ImportDeclaration({ source, specifiers }) {
      for (const one of specifiers) {
        const name = one.type === "ImportSpecifier" && one.imported.type === "Identifier" ? one.imported.name : "";
        if (OF_MODULES[source.value]?.test(name)) found.push(`${name} of ${source.value}`);
      }
    },
    CallExpression({ callee, arguments: [signal] }) {
      const name =
        callee.type === "MemberExpression" && callee.property.type === "Identifier" ? callee.property.name : "";
      if (name === "kill" && signal?.type === "Literal") found.push(`the signal ${signal.value}`);
    },
    Property({ key, value }) {
      if (key.type === "Identifier" && key.name === "killSignal") found.push("a signal");
      const isTrue = value.type === "Literal" && value.value !== false;
      if (key.type === "Identifier" && key.name === "shell" && isTrue) found.push("a shell");
    },
    ImportExpression({ source }) {
      // Windows takes `C:` in a path for a scheme.
      const isSafe = /^(pathToFileURL\([\s\S]*\)\.href$|`\.\.?\/)/.test(text.slice(source.start, source.end));
      if (source.type !== "Literal" && !isSafe) found.push("an import of a path");
    },
  }).visit(program);
  return found.map((what) => ({ file, what }));
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
    (path) => `${folder}/${path.split(sep).join("/")}`,
  ),
).filter(
  (path) => /\.(ts|tsx|js)$/.test(path) && !/\.test\.ts$|\.d\.ts$|^harness\/testing\/|-for-tests\.js$/.test(path),
);

const isIn = (file: string) => (seam: string) => (seam.endsWith("/") ? file.startsWith(seam) : file === seam);

it("only the listed seams depend on the system", () => {
  const uses = files.filter((file) => !seams.some(isIn(file))).flatMap((file) => usesIn(file));
  expect(uses.map(({ file, what }) => `${file}: ${what}`)).toEqual([]);
});

it("every listed seam depends on it", () => {
  const idle = seams.filter(
    (seam) => files.filter((file) => isIn(file)(seam)).flatMap((file) => usesIn(file)).length === 0,
  );
  expect(idle).toEqual([]);
});

it.each([
  ['readFileSync("/proc/self/stat")', 'the text "/proc/self/stat"'],
  [`const path = \`/tmp/$\{name}\``, 'the text "/tmp/"'],
  ["process.kill(pid)", "process.kill"],
  ['child.kill("SIGTERM")', "the signal SIGTERM"],
  ['if (process.platform === "win32") x()', "process.platform"],
  ['import { execSync } from "node:child_process"', "execSync of node:child_process"],
  ["spawn(program, [], { shell: true })", "a shell"],
  ["await import(join(folder, name))", "an import of a path"],
  ['new URL("./file", import.meta.url).pathname', "the path of a URL"],
])("finds %s", (text, what) => {
  expect(usesIn("code.js", text).map((use) => use.what)).toEqual([what]);
});

it("ignores comments and other texts", () => {
  expect(
    usesIn("code.js", '// reads /proc\nawait import(pathToFileURL(join(a, b)).href); log("and/proceed");'),
  ).toEqual([]);
});
