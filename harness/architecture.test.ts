import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { packageRoot } from "./files/package-root.ts";

/** `webgpu` is Dawn for Node. */
const NODE_MODULES = new Set([...builtinModules, "webgpu"]);
const NODE_GLOBALS = new Set(["Buffer", "process", "NodeJS", "require", "setImmediate", "__dirname", "__filename"]);
const LAYER_ROW = /^\| `([a-z/-]+)\/` +\| (Node|anywhere|browser) +\|/gm;
const README_LINES = 10;

interface Layer {
  readonly folder: string;
  /** Whether it runs outside of Node, too, or only there. */
  readonly runsInBrowsers: boolean;
}

interface SourceFile {
  readonly path: string;
  /** Files of this repository that it imports. */
  readonly files: readonly string[];
  /** Packages and built-in modules that it imports. */
  readonly packages: readonly string[];
  readonly nodeGlobals: readonly string[];
}

const root = packageRoot();
/** Files that package.json names for imports that begin with `#`, such as `#platform`; those for Node. */
const SUBPATH_IMPORTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(packageJson().imports).map(([name, target]) => [name, posix.normalize(target.default)]),
);
/** From top to bottom. */
const layers: readonly Layer[] = Array.from(
  readFileSync(join(root, "docs/architecture.md"), "utf8").matchAll(LAYER_ROW),
  ([, folder, runs]) => ({ folder: folder!, runsInBrowsers: runs !== "Node" }),
);
const sources = layers.flatMap(({ folder, runsInBrowsers }, rank) =>
  listSources(folder)
    .filter((path) => rankOf(path) === rank)
    .map((path) => readSource(path, runsInBrowsers)),
);

describe("layers", () => {
  it("are all folders of source, each with a short README.md", () => {
    const inHarness = readdirSync(join(root, "harness"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `harness/${name}`);
    const folders = [...inHarness, "bin", "kernels", "reference", "scripts"];
    const named = layers.map(({ folder }) => folder);
    // A layer may be a part of the folder of a layer below it.
    expect(named.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`))).sort()).toEqual(
      folders.sort(),
    );
    for (const folder of named) {
      const readme = join(root, folder, "README.md");
      expect(existsSync(readme), `${folder}/README.md exists`).toBe(true);
      const lines = readFileSync(readme, "utf8").trimEnd().split("\n").length;
      expect(lines, `lines of ${folder}/README.md`).toBeLessThanOrEqual(README_LINES);
    }
  });

  it("import downwards only", () => {
    const upward = sources
      .filter(({ path }) => !isTest(path))
      .flatMap(({ path, files }) =>
        files.filter((imported) => rankOf(imported) < rankOf(path)).map((imported) => `${path} imports ${imported}`),
      );
    expect(upward).toEqual([]);
  });

  it("have no tests that others import", () => {
    const imported = sources.flatMap(({ path, files }) =>
      files.filter(isTest).map((test) => `${path} imports ${test}`),
    );
    expect(imported).toEqual([]);
  });

  it("have no circles of files", () => {
    expect(findCircles(new Map(sources.map(({ path, files }) => [path, files])))).toEqual([]);
  });

  it("that run in browsers use nothing of Node's", () => {
    const uses = sources
      .filter(({ path }) => !isTest(path) && layers[rankOf(path)]!.runsInBrowsers)
      .flatMap(({ path, packages, nodeGlobals }) =>
        [...packages.filter(isOfNode), ...nodeGlobals].map((name) => `${path} uses ${name}`),
      );
    expect(uses).toEqual([]);
  });
});

function packageJson(): { readonly imports: Readonly<Record<string, { readonly default: string }>> } {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

function readSource(path: string, runsInBrowsers: boolean): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  const parsed = parseSync(path, text);
  if (parsed.errors.length > 0) throw new Error(`${path} does not parse: ${parsed.errors[0]!.message}`);
  const { module } = parsed;
  const names = module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) names.push(moduleRequest.value);
  }
  const nodeGlobals = new Set<string>();
  /** Starts of identifiers that name a property or an export; they are visited after the node that they belong to. */
  const propertyNames = new Set<number>();
  const visitor = new Visitor({
    // A computed name is a task's file, which `harness/catalog/` finds, or a built script.
    ImportExpression({ source }) {
      if (source.type === "Literal" && typeof source.value === "string") names.push(source.value);
    },
    TSImportType({ source }) {
      names.push(source.value);
    },
    MemberExpression({ computed, property }) {
      if (!computed) propertyNames.add(property.start);
    },
    ImportSpecifier({ imported }) {
      propertyNames.add(imported.start);
    },
    Property({ computed, shorthand, key }) {
      if (!computed && !shorthand) propertyNames.add(key.start);
    },
    Identifier({ name, start }) {
      if (NODE_GLOBALS.has(name) && !propertyNames.has(start)) nodeGlobals.add(name);
    },
  });
  // The syntax tree is made when it is asked for, and costs more than all the rest.
  if (runsInBrowsers || text.includes("import(")) visitor.visit(parsed.program);
  const isFile = (name: string) => name.startsWith(".") || name in SUBPATH_IMPORTS;
  const fileOf = (name: string) => SUBPATH_IMPORTS[name] ?? posix.join(posix.dirname(path), name);
  return {
    path,
    files: [...new Set(names.filter(isFile).map(fileOf))],
    packages: [...new Set(names.filter((name) => !isFile(name)))],
    nodeGlobals: [...nodeGlobals].sort(),
  };
}

/** The row of a file's layer; files outside the layers are below all of them, as data is. */
function rankOf(path: string): number {
  const rank = layers.findIndex(({ folder }) => path.startsWith(`${folder}/`));
  return rank === -1 ? layers.length : rank;
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

function isOfNode(name: string): boolean {
  return name.startsWith("node:") || NODE_MODULES.has(name);
}

/** Strongly connected components of more than one file (Tarjan, "Depth-first search and linear graph algorithms"). */
function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || imports.get(file)?.includes(file)) circles.push(circle.sort());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
