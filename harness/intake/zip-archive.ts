import type { FileHandle } from "node:fs/promises";
import {
  configure,
  type Entry,
  ERR_ENCRYPTED_CENTRAL_DIRECTORY,
  ERR_UNSAFE_FILENAME,
  type FileEntry,
  Reader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipReader,
} from "@zip.js/zip.js";
import { count } from "../text/count.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { isJunk } from "./junk.ts";
import { byName, type DownloadFile, type DownloadFolder, type DownloadNode, type RefusedNode } from "./tree.ts";

configure({ useWebWorkers: false });

const MIB = 2 ** 20;

/** Bounds on zips: many times what a course's hand-ins need, and little enough for a machine. */
export const zipLimits = {
  /** Entries of one zip, packages of other people included. */
  entries: 100_000,
  /** One unpacked file, which is in memory as a whole; also a zip in a zip. */
  fileBytes: 64 * MIB,
  /** All that is unpacked of one download, zips in it included. */
  totalBytes: 4096 * MIB,
  /** Unpacked to packed size of a file above `ratioBytes`. Repetitive source reaches 30, deflate 1032. */
  ratio: 200,
  ratioBytes: MIB,
  /** Zips in zips. */
  depth: 3,
  /** Folders in a zip. */
  folders: 32,
  /** A path in a zip; file systems have names of 255 bytes at most. */
  pathCharacters: 2_000,
};

/** The packed bytes of a zip. */
type ArchiveReader = Reader<unknown>;

/** A zip on disk, which may be larger than memory. */
export function diskArchive(handle: FileHandle, bytes: number): ArchiveReader {
  return new HandleReader(handle, bytes);
}

class HandleReader extends Reader<FileHandle> {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, bytes: number) {
    super(handle);
    this.#handle = handle;
    this.size = bytes;
  }

  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.#handle.read(new Uint8Array(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  }
}

/** All zips of one download, with what they may still unpack. */
export class Archives {
  #bytesLeft = zipLimits.totalBytes;
  /** Only the zip read last is in memory; files are read zip by zip. */
  #last: { readonly file: DownloadFile; readonly entries: Promise<Map<string, FileEntry>> } | undefined;

  /** A file that is a zip, shown as a folder. */
  async unpacked(file: DownloadFile, depth: number): Promise<DownloadNode> {
    const { name } = file;
    if (depth > zipLimits.depth) return refused(name, `It is in more than ${zipLimits.depth} zips. Unpack them.`);
    if (file.bytes > zipLimits.fileBytes) return refused(name, `It is larger than ${size(zipLimits.fileBytes)}.`);
    let bytes: Uint8Array;
    try {
      bytes = await file.read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return refused(name, error.message);
    }
    return this.list(name, new Uint8ArrayReader(bytes), depth, file);
  }

  /**
   * The contents of a zip. A zip that leaves its folder, or breaks another rule as a whole, is refused as a whole.
   *
   * @param file the zip, if it is itself in the download: it is read again for each use
   */
  async list(
    name: string,
    reader: ArchiveReader,
    depth: number,
    file?: DownloadFile,
  ): Promise<DownloadFolder | RefusedNode> {
    let entries: FileEntry[];
    try {
      entries = await fileEntries(reader);
    } catch (error) {
      return refused(name, listingProblem(error));
    }
    const root = new FolderBuilder(name, true);
    for (const entry of entries) {
      const path = entry.filename.normalize("NFC").split("/");
      const last = path.pop()!;
      const problem = this.#problemOf(entry, path.length);
      const read = async () => inflate(file === undefined ? entry : await this.#entry(file, entry.filename));
      const node: DownloadFile | RefusedNode =
        problem === undefined
          ? {
              kind: "file",
              name: last,
              bytes: entry.uncompressedSize,
              isPacked: true,
              modifiedAt: entry.lastModDate,
              read,
            }
          : refused(last, problem);
      if (!root.add(path, node)) {
        return refused(name, `It contains two entries named \`${shown(entry.filename)}\`. Pack it again.`);
      }
    }
    return root.build((child) =>
      child.kind === "file" && /\.zip$/i.test(child.name) ? this.unpacked(child, depth + 1) : child,
    );
  }

  #problemOf(entry: FileEntry, folders: number): string | undefined {
    if (entry.symlink) return "It is a symbolic link. Submit the file itself.";
    if (entry.encrypted) return "It is protected by a password. Pack it again without one.";
    if (folders > zipLimits.folders) return `It is more than ${zipLimits.folders} folders deep. Move it up.`;
    if (entry.uncompressedSize > zipLimits.fileBytes) return `It is larger than ${size(zipLimits.fileBytes)}.`;
    const { uncompressedSize: bytes, compressedSize: packed } = entry;
    if (bytes > zipLimits.ratioBytes && bytes > zipLimits.ratio * packed) {
      return `It unpacks to more than ${zipLimits.ratio} times its size.`;
    }
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft >= 0) return undefined;
    throw new UserError(
      `The download unpacks to more than ${size(zipLimits.totalBytes)}.`,
      "Collect a part of it at a time.",
    );
  }

  async #entry(file: DownloadFile, path: string): Promise<FileEntry> {
    if (this.#last?.file !== file) {
      const bytes = await file.read();
      const entries = fileEntries(new Uint8ArrayReader(bytes));
      this.#last = { file, entries: entries.then((list) => new Map(list.map((entry) => [entry.filename, entry]))) };
    }
    return (await this.#last.entries).get(path)!;
  }
}

/** Everything but folders and junk. */
async function fileEntries(reader: ArchiveReader): Promise<FileEntry[]> {
  const zip = new ZipReader(reader, { normalizeFilename: withSlashes });
  const files: FileEntry[] = [];
  let entries = 0;
  for await (const entry of zip.getEntriesGenerator()) {
    if (++entries > zipLimits.entries)
      throw new BrokenLimit(`It has more than ${count(zipLimits.entries, "entry", "entries")}.`);
    if (entry.filename.length > zipLimits.pathCharacters) {
      throw new BrokenLimit(`It contains a path of more than ${zipLimits.pathCharacters} characters.`);
    }
    if (isFile(entry) && !entry.filename.split("/").some((part) => isJunk(part))) files.push(entry);
  }
  return files;
}

/** Its message is a sentence for people. */
class BrokenLimit extends Error {}

function isFile(entry: Entry): entry is FileEntry {
  return !entry.directory;
}

/** Old programs for Windows write `folder\file`. */
function withSlashes(name: string): string | undefined {
  return name.includes("/") ? undefined : name.replaceAll("\\", "/");
}

/** @throws UserError if the content is damaged */
async function inflate(entry: FileEntry): Promise<Uint8Array> {
  try {
    // The package never unpacks more than the size that the zip states, which was checked.
    return await entry.getData(new Uint8ArrayWriter(), { checkCrc32: true, checkOverlappingEntry: true });
  } catch (error) {
    throw new UserError(
      `\`${shown(entry.filename)}\` cannot be unpacked (${(error as Error).message}).`,
      "Download or pack the zip again.",
    );
  }
}

function listingProblem(error: unknown): string {
  const { message } = error as Error;
  if (error instanceof BrokenLimit) return message;
  if (message === ERR_UNSAFE_FILENAME) {
    return `It contains a path that leaves its folder: \`${shown((error as { filename?: string }).filename ?? "")}\`.`;
  }
  if (message === ERR_ENCRYPTED_CENTRAL_DIRECTORY) return "It is protected by a password. Pack it again without one.";
  return `It is not a zip, or is damaged (${shorten(printable(message), 60)}).`;
}

function refused(name: string, reason: string): RefusedNode {
  return { kind: "refused", name, reason };
}

function size(bytes: number): string {
  return `${bytes / MIB} MiB`;
}

function shown(path: string): string {
  return shorten(printable(path), 120);
}

/** A folder that is filled path by path. */
class FolderBuilder {
  readonly #name: string;
  readonly #isArchive: boolean;
  readonly #children = new Map<string, DownloadFile | RefusedNode | FolderBuilder>();

  constructor(name: string, isArchive: boolean) {
    this.#name = name;
    this.#isArchive = isArchive;
  }

  /** @returns false if there is something of this path already */
  add([first, ...rest]: readonly string[], node: DownloadFile | RefusedNode): boolean {
    if (first === undefined) {
      if (this.#children.has(node.name)) return false;
      this.#children.set(node.name, node);
      return true;
    }
    // `a//b` and `./a` are other spellings of a path.
    if (first === "" || first === ".") return this.add(rest, node);
    const folder = this.#children.get(first) ?? new FolderBuilder(first, false);
    if (!(folder instanceof FolderBuilder)) return false;
    this.#children.set(first, folder);
    return folder.add(rest, node);
  }

  async build(complete: (child: DownloadFile | RefusedNode) => DownloadNode | Promise<DownloadNode>) {
    const children: DownloadNode[] = [];
    for (const child of this.#children.values()) {
      children.push(child instanceof FolderBuilder ? await child.build(complete) : await complete(child));
    }
    const folder: DownloadFolder = {
      kind: "folder",
      name: this.#name,
      isArchive: this.#isArchive,
      children: children.sort(byName),
    };
    return folder;
  }
}
