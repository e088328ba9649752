import { group } from "d3-array";
import { printable } from "../text/printable.ts";
import { readGradescope } from "./gradescope.ts";
import { type HandIn, NOBODY_KNOWN, type OtherEntry, type Person, type RecognisedDownload } from "./hand-in.ts";
import { canvasParts, GRADESCOPE_METADATA, moodleParts, type NameParts, platformOf } from "./platform-names.ts";
import { commonPrefix, isRepository } from "./repositories.ts";
import { type DownloadFile, type DownloadFolder, type DownloadNode, nodesIn } from "./tree.ts";

/** Names of folders of code, not of people. */
const CODE_FOLDER =
  /^(?:src|source|lib|code|kernels?|shaders?|wgsl|submissions?|solutions?|dist|build|out|tests?|docs?)$/i;
const OTHER_ARCHIVE = /\.(?:7z|rar|tar|tgz|gz|bz2|xz|zipx)$/i;
const SOURCE = /\.(?:[mc]?[tj]sx?|wgsl)(?:\.txt)?$/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * Finds the hand-ins of a download.
 *
 * @param isModule whether a file of this name is meant as a submission's module
 */
export async function recognise(download: DownloadFolder, isModule: ModuleTest): Promise<RecognisedDownload> {
  const { folder, path } = topFolder(download, isModule);
  const metadata = folder.children.find((node) => node.kind === "file" && GRADESCOPE_METADATA.test(node.name));
  if (metadata !== undefined) return readGradescope(folder, metadata as DownloadFile, path);
  if (isOneHandIn(folder, isModule)) {
    const handIn = plainHandIn(folder, path || ".", withoutZip(folder.name));
    return { layout: "one hand-in", handIns: [handIn], others: [] };
  }
  return withPlatformNames(folder, path);
}

type ModuleTest = (name: string) => boolean;

/** Folders of code, or of a task, are not of people. */
function isCodeFolder(name: string, isModule: ModuleTest): boolean {
  return CODE_FOLDER.test(name) || isModule(`${name}.ts`);
}

/** A module at the top is of one person, unless there are folders and zips of several. So are folders of code alone. */
function isOneHandIn({ children }: DownloadFolder, isModule: ModuleTest): boolean {
  if (children.some(({ name }) => platformOf(name) !== undefined)) return false;
  const folders = children.filter((node) => node.kind === "folder");
  const hasModule = (folder: DownloadFolder) => [...nodesIn(folder)].some(({ node }) => isModule(node.name));
  const isModuleAtTop = children.some(({ kind, name }) => kind === "file" && isModule(name));
  if (isModuleAtTop) return folders.filter(hasModule).length < 2;
  return folders.length > 0 && folders.every(({ name }) => isCodeFolder(name, isModule));
}

/** Descends through single folders to the one with the people; a folder with code belongs to one person. */
function topFolder(
  download: DownloadFolder,
  isModule: ModuleTest,
): { readonly folder: DownloadFolder; readonly path: string } {
  const isOfPeople = ({ children, gitFolder }: DownloadFolder) => {
    const people = children.filter(({ kind, name }) => kind === "folder" && !isCodeFolder(name, isModule));
    const hasCode = children.some(({ kind, name }) => kind === "file" && isModule(name));
    return people.length > 1 && !hasCode && gitFolder === undefined;
  };
  let path = "";
  for (let folder = download; ; ) {
    const [only, ...rest] = folder.children;
    if (only?.kind !== "folder" || rest.length > 0 || platformOf(only.name) !== undefined) break;
    path = joined(path, only.name);
    const isExport = only.children.some(({ name }) => platformOf(name) !== undefined);
    if (isExport || isOfPeople(only)) return { folder: only, path };
    folder = only;
  }
  return { folder: download, path: "" };
}

function withPlatformNames(folder: DownloadFolder, path: string): RecognisedDownload {
  const nodes = group(folder.children, ({ name }) => platformOf(name));
  const canvas = canvasHandIns(nodes.get("Canvas") ?? [], path);
  const moodle = moodleHandIns(nodes.get("Moodle") ?? [], path);
  const plain = nodes.get(undefined) ?? [];
  const folders = plain.filter((node): node is DownloadFolder => node.kind === "folder");
  const prefix = commonPrefix(folders.map((child) => ({ name: child.name, isRepository: isRepository(child) })));
  const others = plain.flatMap((node): OtherEntry[] => {
    const from = joined(path, node.name);
    if (node.kind === "folder") return [];
    if (node.kind === "refused") return [{ from, reason: node.reason, isSomebodys: true }];
    if (OTHER_ARCHIVE.test(node.name)) {
      const reason = "Kernelmark does not open this kind of archive. Unpack it, or pack it as a zip.";
      return [{ from, reason, isSomebodys: true }];
    }
    if (SOURCE.test(node.name)) {
      const reason = "It is not in a candidate's folder. Move it into one, and collect again.";
      return [{ from, reason, isSomebodys: true }];
    }
    return [{ from, reason: "It is neither a folder nor a zip.", isSomebodys: false }];
  });
  const named = folders.map((child) => {
    const from = joined(path, child.name);
    return prefix === ""
      ? plainHandIn(child, from, child.isArchive ? withoutZip(child.name) : child.name)
      : repositoryHandIn(child, from, prefix);
  });
  const layouts = [
    canvas.length > 0 ? "Canvas download" : "",
    moodle.length > 0 ? "Moodle download" : "",
    prefix === "" ? "" : `repositories of GitHub Classroom, named \`${printable(prefix)}<login>\``,
    prefix === "" && named.length > 0 ? (folders.every(({ isArchive }) => isArchive) ? "zips" : "folders") : "",
  ].filter((layout) => layout !== "");
  return { layout: layouts.join(" and ") || "nothing", handIns: [...canvas, ...moodle, ...named], others };
}

interface NamedNode {
  readonly node: DownloadNode;
  readonly parts: NameParts;
}

/** Nodes by the person whom their names state. */
function byPerson(nodes: readonly DownloadNode[], partsOf: (name: string) => NameParts | undefined): NamedNode[][] {
  const named = nodes.map((node) => ({ node, parts: partsOf(node.name)! }));
  return [...group(named, ({ parts }) => `${parts.key ?? parts.name}_${parts.user}`).values()];
}

/** A file per attachment, whose numbers count the uploads; a zip's own times are those of the download. */
function canvasHandIns(nodes: readonly DownloadNode[], path: string): HandIn[] {
  return byPerson(nodes, canvasParts).map((own) => {
    const { key = "", user = "" } = own[0]!.parts;
    const children = own.map(({ node, parts: { upload, file, text } }): DownloadNode => {
      const name = file ?? text ?? "";
      if (node.kind !== "file") return { ...node, name };
      return { ...node, name, modifiedAt: undefined, ...(upload === undefined ? {} : { upload: Number(upload) }) };
    });
    return {
      // `LATE` may come and go between downloads.
      from: joined(path, key === `anon_${user}` ? `*${key}_*` : `${key}*_${user}_*`),
      candidate: key,
      people: [{ ...NOBODY_KNOWN, login: key, id: user, idOf: "platform" }],
      received: "",
      isLate: own.some(({ parts }) => parts.late !== undefined),
      folder: { kind: "folder", name: key, isArchive: false, children },
      notes: [],
    };
  });
}

/** A folder or a file for each kind of hand-in. Moodle's number is the participant's in this assignment only. */
function moodleHandIns(nodes: readonly DownloadNode[], path: string): HandIn[] {
  return byPerson(nodes, moodleParts).map((own) => {
    const { name = "", user = "" } = own[0]!.parts;
    const children = own.flatMap(({ node, parts: { file } }): readonly DownloadNode[] =>
      node.kind === "folder" && !node.isArchive ? node.children : [{ ...node, name: file || node.name }],
    );
    return {
      from: joined(path, `${name}_${user}_assignsubmission_*`),
      candidate: name,
      people: [{ ...NOBODY_KNOWN, name, id: user }],
      received: "",
      isLate: false,
      folder: { kind: "folder", name, isArchive: false, children },
      notes: [],
    };
  });
}

function repositoryHandIn(folder: DownloadFolder, from: string, prefix: string): HandIn {
  const login = folder.name.slice(prefix.length);
  return {
    from,
    candidate: login,
    people: [{ ...NOBODY_KNOWN, login }],
    received: "",
    isLate: false,
    folder,
    notes: [],
  };
}

/** A folder or zip named by a person, in any of the ways that people and platforms name them. */
function plainHandIn(folder: DownloadFolder, from: string, name: string): HandIn {
  const late = /^(.*\S)[_\s-]LATE$/.exec(name.trim());
  const whole = (late?.[1] ?? name).trim();
  // Copies of one hand-in get the same candidate, which then is a question.
  const candidate = whole.replace(/(?:\s*\(\d{1,2}\)|\s+-\s+(?:Copy|Kopie)(?:\s*\(\d+\))?)$/i, "");
  return {
    from,
    candidate,
    people: [personNamed(candidate)],
    received: "",
    isLate: late !== null,
    folder,
    notes: name === name.trim() ? [] : ["The blanks around its name are dropped."],
  };
}

/** `Müller, Jürgen (123456)` → Jürgen Müller, 123456; `alice@example.edu` → the address. */
function personNamed(text: string): Person {
  if (EMAIL.test(text)) return { ...NOBODY_KNOWN, email: text };
  const [, before = text, id = ""] = /^(.*\S)\s*[([](\d{3,})[)\]]$/.exec(text) ?? [];
  const [, last, first] = /^([^,]+),\s*([^,]+)$/.exec(before) ?? [];
  const name = first === undefined ? before : `${first.trim()} ${last!.trim()}`;
  return { ...NOBODY_KNOWN, name: /\s/.test(name) ? name : "", id, idOf: "school" };
}

function withoutZip(name: string): string {
  return name.replace(/\.zip$/i, "");
}

/** A path as it is written into the mapping: on one line, without characters that a table would not show. */
export function joined(path: string, name: string): string {
  const shown = printable(name);
  return path === "" ? shown : `${path}/${shown}`;
}
