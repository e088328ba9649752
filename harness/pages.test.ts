import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { expect, it } from "vitest";
import { packageRoot } from "./files/package-root.ts";

const TOUR_ROW = /^\| \[[^\]]+\]\(\.\.\/([^)]+)\) +\| `(\w+)`/gm;
const SCRIPT_ROW = /^\| `([a-z:]+)` +\|/gm;
const LINK = /\]\((?!https?:|#)([^)#]+)/g;
/** A path in code font: `harness/judge/tally.ts`. */
const PATH = /`((?:bin|docs|harness|kernels|reference|scripts)\/[\w./-]*\w)`/g;
/** A file of a folder that the text has named before: `tally.ts`. */
const FILE_NAME = /`([\w-]+\.(?:ts|js|wgsl))`/g;
const FOLDERS = ["bin", "harness", "kernels", "reference", "scripts", "submissions"];
const MOST_TOUR_FILES = 8;

const root = packageRoot();
const read = (path: string) => readFileSync(join(root, path), "utf8");

it("pages name files and folders that exist", () => {
  const fileNames = new Set(
    FOLDERS.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })).map((path) =>
      basename(path),
    ),
  );
  const missing = pages().flatMap((page) => {
    const links = Array.from(read(page).matchAll(LINK), ([, link]) => join(dirname(page), link!));
    const names = Array.from(read(page).matchAll(FILE_NAME), ([, name]) => name!).filter(
      (name) => !fileNames.has(name),
    );
    const paths = Array.from(read(page).matchAll(PATH), ([, path]) => path!);
    const lost = [...links, ...paths].filter((path) => !existsSync(join(root, path)));
    return [...names, ...lost].map((path) => `${page} names ${path}`);
  });
  expect(missing).toEqual([]);
});

it("the tour leads through functions that exist, in a few files", () => {
  const steps = Array.from(read("docs/tour.md").matchAll(TOUR_ROW), ([, file, name]) => ({ file: file!, name: name! }));
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.length).toBeLessThanOrEqual(MOST_TOUR_FILES);
  for (const { file, name } of steps) expect(functionsIn(file), file).toContain(name);
});

it("CONTRIBUTING.md has a row for every npm script", () => {
  const [, section] = read("CONTRIBUTING.md").split("\n## Scripts\n");
  const rows = Array.from(section!.matchAll(SCRIPT_ROW), ([, name]) => name);
  expect(rows.sort()).toEqual(Object.keys(JSON.parse(read("package.json")).scripts).sort());
});

function pages(): string[] {
  const ofFolder = (folder: string) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name));
  const harness = readdirSync(join(root, "harness"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = ["bin", "kernels", "reference", "scripts", ...harness.map(({ name }) => `harness/${name}`)];
  return [".", "docs", ...folders].flatMap(ofFolder);
}

/** Names of the functions and methods of a file. */
function functionsIn(path: string): string[] {
  const names: string[] = [];
  const add = (name: { readonly type: string; readonly name?: unknown } | null) => {
    if (name?.type === "Identifier") names.push(String(name.name));
  };
  new Visitor({
    FunctionDeclaration: ({ id }) => add(id),
    MethodDefinition: ({ key }) => add(key),
    Property: ({ key, value }) => {
      if (value.type === "FunctionExpression") add(key);
    },
  }).visit(parseSync(path, read(path)).program);
  return names;
}
