/** A regular file of a download, on disk or in a zip. */
export interface DownloadFile {
  readonly kind: "file";
  readonly name: string;
  readonly bytes: number;
  /** Whether it is in a zip, which may be damaged. */
  readonly isPacked: boolean;
  /** Undefined if it says nothing about the author's work. */
  readonly modifiedAt: Date | undefined;
  /** The platform's number of the upload: later uploads have larger ones. */
  readonly upload?: number;
  /** @throws UserError if the content cannot be read */
  read(): Promise<Uint8Array>;
}

/** A folder of a download, or a zip in it, which is shown as a folder. */
export interface DownloadFolder {
  readonly kind: "folder";
  readonly name: string;
  readonly isArchive: boolean;
  /** Without junk, sorted by name. */
  readonly children: readonly DownloadNode[];
  /** The git folder of a repository on disk. */
  readonly gitFolder?: string;
}

/** Something that is never copied: a link, an unreadable folder, a zip that was refused. */
export interface RefusedNode {
  readonly kind: "refused";
  readonly name: string;
  /** A sentence. */
  readonly reason: string;
}

export type DownloadNode = DownloadFile | DownloadFolder | RefusedNode;

/** The order of children: by name, independent of the machine's language. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** All files and refused nodes in a folder, each with the folders above it. */
export function* nodesIn(
  folder: DownloadFolder,
  above: readonly DownloadFolder[] = [],
): Generator<{ readonly folders: readonly DownloadFolder[]; readonly node: DownloadFile | RefusedNode }> {
  for (const node of folder.children) {
    if (node.kind === "folder") yield* nodesIn(node, [...above, node]);
    else yield { folders: above, node };
  }
}
