import { posix } from "node:path";
import { group } from "d3-array";
import { nameProblem } from "../submission/file-name.ts";
import { count } from "../text/count.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { compareAdditions, moduleVariant, type NameVariant, variantOf } from "./file-names.ts";
import { relativeImports } from "./relative-imports.ts";
import { decodeText } from "./source-text.ts";
import { type DownloadFile, type DownloadFolder, nodesIn, type RefusedNode } from "./tree.ts";

/** The files of a hand-in, each under the name by which it can be graded. */
export interface PreparedFiles {
  /** By path in the candidate's folder, with `/` between folders. */
  readonly files: ReadonlyMap<string, DownloadFile>;
  /** What was chosen, renamed or omitted, as sentences. */
  readonly notes: readonly string[];
  /** A question that only a person can answer, as a sentence. */
  readonly question: string | undefined;
}

/** Times in zips have a resolution of two seconds; copying gives all files of a folder nearly the same time. */
const SAME_TIME_MS = 2_000;
/** A module that imports is short; a longer file's imports are not looked at. */
const MOST_BYTES_READ = 1_000_000;
const MODULE_FILE = /\.[mc]?[tj]sx?(?:\.txt)?$/i;
/** Longer lists say nothing to a reader. */
const NAMES_SHOWN = 4;

/**
 * Chooses and names the files of a hand-in: lifts modules out of nested folders, takes the newest of several copies of a
 * module, and gives imported files the names by which they are imported. Contents stay as they are.
 */
export async function prepareFiles(folder: DownloadFolder, taskNames: readonly string[]): Promise<PreparedFiles> {
  const all = [...nodesIn(folder)].map(({ folders, node }) => ({ path: pathOf(folders, node), node }));
  const { found, notes } = withoutOuterFolders(all);
  const files = new Map<string, DownloadFile>();
  const omitted: Omission[] = [];
  for (const { path, node } of found) {
    const problem = path.split("/").map(nameProblem).find(Boolean);
    if (node.kind === "refused") omitted.push({ path, reason: node.reason });
    else if (problem !== undefined) omitted.push({ path, reason: problem });
    else if (files.has(path)) omitted.push({ path, reason: "There is another file of this name." });
    else files.set(path, node);
  }
  const imports = await readImports(files, omitted);
  const lifted = liftModules(files, taskNames);
  notes.push(...lifted.notes);
  const chosen =
    lifted.question === undefined ? new Choice(lifted.files, imports).choose(taskNames) : { files, notes: [] };
  notes.push(...chosen.notes);
  const hasModule = [...files.keys()].some((path) => moduleVariant(posix.basename(path), taskNames) !== undefined);
  if (files.size > 0 && !hasModule) notes.push(`No module of a task is in it, only ${listed([...files.keys()])}.`);
  if (files.size + omitted.length === 0) notes.push("Nothing is in it.");
  for (const [reason, own] of group(omitted, (omission) => omission.reason)) {
    notes.push(`Not copied: ${listed(own.map(({ path }) => path))}. ${reason}`);
  }
  // What was omitted may have been the hand-in.
  const isLost = omitted.length > 0 && !hasModule;
  return {
    files: chosen.files,
    notes,
    question: lifted.question ?? (isLost ? "Nothing of it can be graded." : undefined),
  };
}

interface Omission {
  readonly path: string;
  /** Sentences. */
  readonly reason: string;
}

interface FoundNode {
  readonly path: string;
  readonly node: DownloadFile | RefusedNode;
}

/** A zip's files are in a folder of its name. */
function pathOf(folders: readonly DownloadFolder[], node: DownloadFile | RefusedNode): string {
  const names = folders.map(({ name, isArchive }) => (isArchive ? name.replace(/\.zip$/i, "") : name));
  return [...names, node.name].map(portableName).join("/");
}

/** Removes the outer folders that contain everything else. */
function withoutOuterFolders(nodes: readonly FoundNode[]): { found: readonly FoundNode[]; notes: string[] } {
  let found = nodes;
  const outer: string[] = [];
  for (;;) {
    const [first, ...inner] = found[0]?.path.split("/") ?? [];
    if (inner.length === 0 || !found.every(({ path }) => path.startsWith(`${first}/`))) break;
    outer.push(first!);
    found = found.map(({ path, node }) => ({ path: path.slice(first!.length + 1), node }));
  }
  return { found, notes: outer.length === 0 ? [] : [`Taken from \`${printable(outer.join("/"))}\`.`] };
}

/** What each module imports, as written. Reads all that is packed, too, and drops what is damaged. */
async function readImports(
  files: Map<string, DownloadFile>,
  omitted: Omission[],
): Promise<ReadonlyMap<DownloadFile, readonly string[]>> {
  const imports = new Map<DownloadFile, readonly string[]>();
  for (const [path, file] of files) {
    const isModule = MODULE_FILE.test(path) && file.bytes <= MOST_BYTES_READ;
    if (!isModule && !file.isPacked) continue;
    try {
      const bytes = await file.read();
      if (isModule) imports.set(file, relativeImports(decodeText(bytes).text));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      files.delete(path);
      omitted.push({ path, reason: [error.message, error.hint].join(" ") });
    }
  }
  return imports;
}

/** A name as every system keeps it: composed letters, no blanks or dots at its end. */
function portableName(name: string): string {
  return name.normalize("NFC").replace(/[. ]+$/, "");
}

interface Lifted {
  readonly files: ReadonlyMap<string, DownloadFile>;
  readonly notes: readonly string[];
  readonly question: string | undefined;
}

/** Moves folders with tasks' modules to the top, where grading looks for them. */
function liftModules(files: ReadonlyMap<string, DownloadFile>, taskNames: readonly string[]): Lifted {
  const places = new Map<string, { readonly folder: string; readonly isTypeScript: boolean }[]>();
  for (const path of files.keys()) {
    const variant = moduleVariant(posix.basename(path), taskNames);
    if (variant === undefined) continue;
    const task = variant.name.slice(0, -3);
    const place = { folder: posix.dirname(path), isTypeScript: variant.name.endsWith(".ts") };
    places.set(task, [...(places.get(task) ?? []), place]);
  }
  const lifted = new Set<string>();
  const notes: string[] = [];
  for (const [task, found] of places) {
    const folders = foldersOf(found);
    const others = folders.filter((folder) => folder !== ".");
    if (folders.includes(".")) {
      if (others.length > 0) notes.push(`Another ${task} is in ${listed(others)} and is not graded.`);
    } else if (others.length === 1) {
      lifted.add(others[0]!);
    } else {
      return { files, notes, question: `Modules for ${task} are in ${listed(others)}: which one counts?` };
    }
  }
  if (lifted.size === 0) return { files, notes, question: undefined };
  // The deepest folder that contains a file decides.
  const byDepth = [...lifted].sort((a, b) => b.length - a.length);
  const moved = new Map<string, DownloadFile>();
  for (const [path, file] of files) {
    const folder = byDepth.find((prefix) => path.startsWith(`${prefix}/`));
    const target = folder === undefined ? path : path.slice(folder.length + 1);
    if (moved.has(target)) {
      const question = `\`${printable(target)}\` is in more than one of ${listed([...lifted, "."])}: which one counts?`;
      return { files, notes, question };
    }
    moved.set(target, file);
  }
  return { files: moved, notes: [...notes, `Taken from ${listed([...lifted])}.`], question: undefined };
}

/** Folders with a module for one task. Beside TypeScript, JavaScript in another folder is what a compiler made of it. */
function foldersOf(found: readonly { readonly folder: string; readonly isTypeScript: boolean }[]): string[] {
  const typed = found.filter(({ isTypeScript }) => isTypeScript);
  return [...new Set((typed.length > 0 ? typed : found).map(({ folder }) => folder))];
}

/** Files under new names, while modules and then their imports are chosen. */
class Choice {
  readonly files: Map<string, DownloadFile>;
  readonly notes: string[] = [];
  readonly #imports: ReadonlyMap<DownloadFile, readonly string[]>;
  /** By path, those that are imported by their very name: no copy of anything. */
  readonly #imported = new Set<string>();

  constructor(files: ReadonlyMap<string, DownloadFile>, imports: ReadonlyMap<DownloadFile, readonly string[]>) {
    this.files = new Map(files);
    this.#imports = imports;
  }

  choose(taskNames: readonly string[]): this {
    for (const path of this.files.keys()) {
      for (const target of this.#importsOf(path)) {
        const found = spellings(target).find((spelling) => this.files.has(spelling));
        if (found !== undefined && found !== path) this.#imported.add(found);
      }
    }
    this.#nameImports(this.#chooseModules(taskNames));
    return this;
  }

  /** Paths that a module imports, normalised, relative to the candidate's folder. */
  #importsOf(path: string): string[] {
    const file = this.files.get(path);
    const specifiers = file === undefined ? [] : (this.#imports.get(file) ?? []);
    return specifiers.map((specifier) => posix.join(posix.dirname(path), specifier));
  }

  /** @returns the modules' paths, with the additions to the names that they came under */
  #chooseModules(taskNames: readonly string[]): Map<string, readonly string[]> {
    const variants = [...this.files.keys()].flatMap((path) => {
      const variant = path.includes("/") ? undefined : moduleVariant(path, taskNames);
      const isSupport = variant !== undefined && variant.name !== path && this.#imported.has(path);
      return variant === undefined || isSupport ? [] : [{ path, ...variant }];
    });
    const modules = new Map<string, readonly string[]>();
    for (const [name, copies] of group(variants, (variant) => variant.name)) {
      modules.set(name, this.#takeNewest(name, copies, undefined).added);
    }
    for (const name of modules.keys()) {
      const other = name.replace(/ts$/, "js");
      if (name !== other && modules.has(other))
        this.notes.push(`There are both \`${name}\` and \`${other}\`: keep one.`);
    }
    return modules;
  }

  /** Follows the imports of all modules, and gives each file the name by which it is imported. */
  #nameImports(modules: ReadonlyMap<string, readonly string[]>): void {
    const queue = [...modules].map(([path, added]) => ({ path, added }));
    const seen = new Set(modules.keys());
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const target of this.#importsOf(next.path)) {
        if (target.startsWith("../") || target === "..") {
          this.notes.push(
            `\`${printable(next.path)}\` imports \`${printable(target)}\`, which is outside the folder of its modules.`,
          );
          continue;
        }
        const path = this.#nameImport(target, next.added);
        if (path === undefined || seen.has(path)) continue;
        seen.add(path);
        queue.push({ path, added: next.added });
      }
    }
  }

  /** @returns the path of the imported file; undefined if there is none */
  #nameImport(target: string, added: readonly string[]): string | undefined {
    const exact = spellings(target).find((spelling) => this.files.has(spelling));
    const wanted = exact ?? target;
    const copies = this.#variantsOf(wanted, (path) => posix.dirname(path) === posix.dirname(wanted));
    if (copies.length > 0) this.#takeNewest(wanted, copies, added);
    else if (exact === undefined) {
      // Platforms that keep no folders lose those of the imports.
      const anywhere = this.#variantsOf(wanted, () => true);
      if (anywhere.length === 1) this.#takeNewest(wanted, anywhere, added);
    }
    return this.files.has(wanted) ? wanted : undefined;
  }

  #variantsOf(wanted: string, isCandidate: (path: string) => boolean): (NameVariant & { readonly path: string })[] {
    return [...this.files.keys()].flatMap((path) => {
      // Another file that is imported by its own name is not a copy of this one.
      if (!isCandidate(path) || (path !== wanted && this.#imported.has(path))) return [];
      const variant = variantOf(posix.basename(wanted), posix.basename(path));
      return variant === undefined ? [] : [{ ...variant, path }];
    });
  }

  /**
   * Keeps the newest copy under the name, and omits the others.
   *
   * @param added additions to the name of the file that imports it: a copy with the same ones belongs to it
   */
  #takeNewest(
    name: string,
    copies: readonly (NameVariant & { readonly path: string })[],
    added: readonly string[] | undefined,
  ): NameVariant {
    const file = (path: string) => this.files.get(path)!;
    const same = copies.find((copy) => added !== undefined && copy.added.join(" ") === added.join(" "));
    const isPair = same !== undefined && added!.length > 0;
    const newest = isPair
      ? same
      : fewestAdditionsFirst(copies).reduce((best, copy) =>
          compareAge(file(best.path), best, file(copy.path), copy).order < 0 ? copy : best,
        );
    const taken = file(newest.path);
    const others = copies.filter((copy) => copy !== newest);
    if (others.length > 0) {
      const by = isPair
        ? "named like its module"
        : `the newest of ${copies.length} by ${reasonOf(newest, others, file)}`;
      const names = listed(others.map(({ path }) => path));
      this.notes.push(`\`${printable(newest.path)}\` is taken as \`${name}\`, ${by}; not copied: ${names}.`);
    } else if (newest.path !== name) {
      this.notes.push(`\`${printable(newest.path)}\` is taken as \`${printable(name)}\`.`);
    }
    for (const { path } of copies) this.files.delete(path);
    this.files.set(name, taken);
    return newest;
  }
}

/** The plain name comes first, so that it is taken where nothing else decides. */
function fewestAdditionsFirst<T extends NameVariant>(copies: readonly T[]): T[] {
  return copies.toSorted((a, b) => a.added.length - b.added.length);
}

type Evidence = "upload" | "date" | "name";

/** Compares by the platform's count, else by time, else by name. `order` is negative if `a` is the older. */
function compareAge(
  a: DownloadFile,
  aName: NameVariant,
  b: DownloadFile,
  bName: NameVariant,
): { readonly order: number; readonly by: Evidence } {
  if (a.upload !== undefined && b.upload !== undefined) return { order: a.upload - b.upload, by: "upload" };
  if (a.modifiedAt !== undefined && b.modifiedAt !== undefined) {
    const order = a.modifiedAt.getTime() - b.modifiedAt.getTime();
    if (Math.abs(order) >= SAME_TIME_MS) return { order, by: "date" };
  }
  return { order: compareAdditions(aName.added, bName.added), by: "name" };
}

function reasonOf(
  newest: NameVariant & { readonly path: string },
  others: readonly (NameVariant & { readonly path: string })[],
  file: (path: string) => DownloadFile,
): Evidence {
  const found = others.map((other) => compareAge(file(newest.path), newest, file(other.path), other).by);
  return found.includes("name") ? "name" : found[0]!;
}

/** As the bundler resolves paths. */
function spellings(path: string): string[] {
  const bare = path.replace(/\.js$/, "");
  return [...new Set([path, `${bare}.ts`, `${bare}.js`])];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `\`${printable(name)}\``);
  return `${shown.join(", ")}${names.length > NAMES_SHOWN ? ` and ${count(names.length - NAMES_SHOWN, "other")}` : ""}`;
}
