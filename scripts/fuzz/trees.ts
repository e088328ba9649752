import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { notTakenSentence } from "../../harness/results/not-taken.ts";
import { readCohort } from "../../harness/submission/read.ts";
import { bundle, stopBundler } from "../../harness/worker/bundler.ts";
import { expectReadable, target } from "./target.ts";

const nameBytes = fc.oneof(
  fc.constantFrom(
    ..."softmax.ts softmax.js Softmax.ts softmax sofmax.ts CON con.ts ... .hidden node_modules a.wgsl attention.ts".split(
      " ",
    ),
    "=HYPERLINK(1).ts",
    "\u202eexe.ts",
    "a\u0001b",
    "x ",
    "é",
    "e\u0301",
    "__proto__",
    "n".repeat(255),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 30 }),
);

/** Something in a folder. */
export interface Node {
  readonly name: string | Uint8Array;
  readonly kind: "file" | "folder" | "link" | "pipe";
  readonly size: number;
  readonly children: readonly Node[];
}

export const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.record({
    name: nameBytes,
    kind: fc.constantFrom("file", "file", "folder", "folder", "link", "pipe"),
    size: fc.constantFrom(0, 1, 20, 200_000, 700_000),
    children: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie("tree"), { maxLength: 5 })),
  }),
}));

/** Folders of submissions: invalid names, links, pipes, files of any size. */
export const trees = target("file trees", fc.array(tree, { maxLength: 5 }), readAll, { close });

async function readAll(nodes: readonly Node[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-fuzz-"));
  try {
    for (const node of nodes) make(Buffer.from(folder), node);
    const cohort = await readCohort(folder, ["softmax", "attention"]);
    for (const { path, reason } of cohort.refused) expectReadable(`${path} ${reason}`);
    for (const one of cohort.notTaken) expectReadable(notTakenSentence(one));
    for (const remark of cohort.remarks) expectReadable(remark);
    for (const submission of cohort.submissions.slice(0, 2)) {
      const bundled = await bundle(submission);
      if (!bundled.ok) for (const { message } of bundled.problems) expectReadable(message);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Omits names that the file system refuses. */
export function make(parent: Buffer, { name, kind, size, children }: Node): void {
  const path = Buffer.concat([parent, Buffer.from("/"), Buffer.from(name)]);
  if (path.subarray(parent.length + 1).includes(0x2f) || path.includes(0)) return;
  try {
    // Not over an existing pipe: that would wait for a reader.
    if (kind === "file") writeFileSync(path, Buffer.alloc(size, "export default 1;\n"), { flag: "wx" });
    else if (kind === "link") symlinkSync(["/etc", "..", "nowhere", "/proc/self/environ"][size % 4]!, path);
    else if (kind === "pipe") {
      if (process.platform !== "win32") linkSync(pipe(), path);
    } else {
      mkdirSync(path);
      for (const child of children) make(path, child);
    }
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== "string") throw error;
  }
}

let pipesFolder: string | undefined;

/** A pipe from which links make others: a process for each would take longer than all the rest. */
function pipe(): string {
  if (pipesFolder === undefined) {
    pipesFolder = mkdtempSync(join(tmpdir(), "kernelmark-fuzz-"));
    execFileSync("mkfifo", [join(pipesFolder, "pipe")]);
  }
  return join(pipesFolder, "pipe");
}

/** Deletes what {@link make} needed. */
export function deletePipe(): void {
  if (pipesFolder !== undefined) rmSync(pipesFolder, { recursive: true, force: true });
  pipesFolder = undefined;
}

async function close(): Promise<void> {
  deletePipe();
  await stopBundler();
}
