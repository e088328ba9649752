import { access, constants, lstat, open, readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { readName } from "../submission/file-name.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { isJunk } from "./junk.ts";
import { byName, type DownloadFile, type DownloadFolder, type DownloadNode, type RefusedNode } from "./tree.ts";
import { Archives, diskArchive } from "./zip-archive.ts";

/** An opened download. Contents are read while it is open. */
export interface Download {
  readonly root: DownloadFolder;
  close(): Promise<void>;
}

/** Folders in folders; real repositories have at most half as many. */
const MOST_FOLDERS_DEEP = 32;
/** A term's repositories of a large course, without their packages. */
const MOST_ENTRIES = 200_000;

/**
 * Lists a folder, or a zip, with the zips in it.
 *
 * @throws UserError if there is no such download, or a bound is exceeded
 */
export async function openDownload(path: string): Promise<Download> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) throw new UserError(`There is no file or folder \`${printable(path)}\`.`, "Check the path.");
  const archives = new Archives();
  if (stats.isDirectory()) {
    const left = { entries: MOST_ENTRIES };
    const root = await listFolder(path, basename(path), { archives, left, depth: 0 });
    return { root, close: async () => {} };
  }
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`\`${printable(path)}\` cannot be read (${error.code}).`, "Check its permissions.");
  });
  try {
    const root = await archives.list(basename(path), diskArchive(handle, stats.size), 0);
    if (root.kind === "folder") return { root, close: () => handle.close() };
    throw new UserError(`\`${printable(path)}\` cannot be collected. ${root.reason}`, "Download it again as a zip.");
  } catch (error) {
    await handle.close();
    throw error;
  }
}

interface Listing {
  readonly archives: Archives;
  /** Counts down over the whole download. */
  readonly left: { entries: number };
  readonly depth: number;
}

async function listFolder(path: string, name: string, listing: Listing): Promise<DownloadFolder> {
  const children: DownloadNode[] = [];
  let gitFolder: string | undefined;
  for (const entry of await readdir(path, { withFileTypes: true, encoding: "buffer" })) {
    const read = decodedName(entry.name);
    if (read === ".git" && entry.isDirectory()) gitFolder = join(path, read);
    if (read !== undefined && isJunk(read)) continue;
    if (listing.left.entries-- === 0) {
      throw new UserError(`The download has more than ${MOST_ENTRIES} files.`, "Collect a part of it at a time.");
    }
    if (read === undefined) {
      const reason = "Its name is not valid UTF-8. Rename it with letters, digits and hyphens.";
      children.push({ kind: "refused", name: printable(entry.name.toString()), reason });
    } else if (entry.isDirectory()) {
      children.push(await listSubfolder(join(path, read), read, listing));
    } else if (entry.isFile()) {
      children.push(await withUnpacked(await diskFile(join(path, read), read), listing.archives));
    } else {
      const kind = entry.isSymbolicLink() ? "a symbolic link" : "not a regular file";
      children.push({ kind: "refused", name: read, reason: `It is ${kind}. Submit the file itself.` });
    }
  }
  const folder = { kind: "folder", name, isArchive: false, children: children.sort(byName) } as const;
  return gitFolder === undefined ? folder : { ...folder, gitFolder };
}

async function listSubfolder(path: string, name: string, listing: Listing): Promise<DownloadNode> {
  if (listing.depth === MOST_FOLDERS_DEEP) {
    return { kind: "refused", name, reason: `It is more than ${MOST_FOLDERS_DEEP} folders deep. Move it up.` };
  }
  try {
    return await listFolder(path, name, { ...listing, depth: listing.depth + 1 });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    return { kind: "refused", name, reason: `The folder cannot be read (${code}). Check its permissions.` };
  }
}

async function diskFile(path: string, name: string): Promise<DownloadFile | RefusedNode> {
  try {
    const { size, mtime } = await lstat(path);
    await access(path, constants.R_OK);
    return { kind: "file", name, bytes: size, isPacked: false, modifiedAt: mtime, read: () => readFile(path) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { kind: "refused", name, reason: `It cannot be read (${code}). Check its permissions.` };
  }
}

/** A zip as a folder; any other file as it is. */
async function withUnpacked(file: DownloadFile | RefusedNode, archives: Archives): Promise<DownloadNode> {
  return file.kind === "file" && /\.zip$/i.test(file.name) ? archives.unpacked(file, 1) : file;
}

/** Undefined if it is not UTF-8; callers check names for other problems. */
function decodedName(raw: Buffer): string | undefined {
  const read = readName(raw);
  const text = raw.toString("utf8");
  return read.ok || Buffer.from(text).equals(raw) ? text : undefined;
}
