import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { applyEdits, type JSONPath, modify, type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { writeAtomically } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { positionAt } from "../text/position.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/** Lines of `check` that name a place: `softmax.wgsl:26:12: unresolved value`. */
export const ERROR_PATTERN = {
  regexp: String.raw`^(\S[^:]*\.(?:wgsl|ts|js|json)):(\d+):(\d+): (.*)$`,
  ...{ file: 1, line: 2, column: 3, message: 4 },
} as const;

/** Observations about a place: `  - softmax.wgsl:13: In …`. */
export const WARNING_PATTERN = {
  regexp: String.raw`^\s+- (\S[^:]*\.(?:wgsl|ts|js|json)):(\d+): (.*)$`,
  ...{ file: 1, line: 2, message: 3 },
} as const;

/** A check of `--watch` begins and ends with such lines. */
export const WATCH_PATTERNS = {
  activeOnStart: true,
  beginsPattern: "Checking …",
  endsPattern: String.raw`\. Watching .*; Ctrl-C to stop\.`,
} as const;

/** What was done to `.vscode/tasks.json`. */
export interface WrittenTasks {
  readonly path: string;
  /** Labels of tasks that were added, and of those that were there already and stay as they are. */
  readonly added: readonly string[];
  readonly kept: readonly string[];
}

interface VsCodeTask {
  readonly label: string;
}

/**
 * Adds tasks for checking and measuring to a workspace's `.vscode/tasks.json`. Everything else in it stays, comments
 * included.
 *
 * @param workspace the folder that is opened in VS Code
 * @param ownTasks the folder of `--tasks`
 * @throws UserError if the file cannot be read as JSON with comments, or not be written
 */
export async function writeVsCodeTasks(workspace: string, ownTasks: string | undefined): Promise<WrittenTasks> {
  const folder = join(workspace, ".vscode");
  const path = join(folder, "tasks.json");
  const before = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new UserError(`\`${path}\` cannot be read (${error.code}).`, "Fix its permissions.");
  });
  const present = before === undefined ? [] : labelsIn(before, path);
  const wanted = vsCodeTasks(ownTasks);
  const missing = wanted.filter(({ label }) => !present.includes(label));
  const written = {
    path,
    added: missing.map(({ label }) => label),
    kept: wanted.filter((one) => !missing.includes(one)).map(({ label }) => label),
  };
  if (missing.length === 0) return written;
  await makeFolder(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`The folder \`${folder}\` cannot be created (${error.code}).`, "Fix its permissions.");
  });
  const text = before === undefined ? newFile(missing) : withTasks(before, missing);
  // A link stays a link.
  await writeAtomically(await realpath(path).catch(() => path), text, { isDurable: true });
  return written;
}

function newFile(tasks: readonly VsCodeTask[]): string {
  return `${JSON.stringify({ version: "2.0.0", tasks }, undefined, 2)}\n`;
}

/** @throws UserError if the file is not as VS Code expects it: adding to it could destroy it */
function labelsIn(text: string, path: string): string[] {
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  const refuse = (reason: string) => new UserError(`\`${path}\` ${reason}, and was not changed.`, "Correct it first.");
  if (first !== undefined) {
    const { line } = positionAt(text, first.offset);
    throw refuse(`is not valid JSON with comments (line ${line}: ${printParseErrorCode(first.error)})`);
  }
  if (content === undefined) return [];
  if (content === null || typeof content !== "object" || Array.isArray(content)) throw refuse("holds no object");
  const { tasks = [] } = content as { tasks?: unknown };
  if (!Array.isArray(tasks)) throw refuse("has `tasks` that are no list");
  return tasks.flatMap((task) => (typeof task?.label === "string" ? [printable(task.label)] : []));
}

function withTasks(text: string, tasks: readonly VsCodeTask[]): string {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  // Left to itself, the library would also format the neighbours.
  const set = (content: string, at: JSONPath, value: unknown, depth: number, isArrayInsertion = false) => {
    const compact = JSON.stringify(value);
    const lines = JSON.stringify(value, undefined, indent).split("\n");
    const own = eol + lines.map((line) => indent.repeat(depth) + line).join(eol);
    const edits = modify(content, at, value, { isArrayInsertion });
    return applyEdits(
      content,
      edits.map((edit) => ({ ...edit, content: edit.content.replace(compact, () => own) })),
    );
  };
  const content = parse(text, [], { allowTrailingComma: true }) ?? {};
  let changed = text;
  if (!("version" in content)) changed = set(changed, ["version"], "2.0.0", 1);
  if (!("tasks" in content)) return set(changed, ["tasks"], tasks, 1);
  for (const task of tasks) changed = set(changed, ["tasks", -1], task, 2, true);
  return changed;
}

/** A variable that VS Code replaces. */
function variable(name: string): string {
  return `$\{${name}}`;
}

/** For the module of the open file, which may also be its kernel: `softmax.wgsl` is next to `softmax.ts`. */
function vsCodeTasks(ownTasks: string | undefined): VsCodeTask[] {
  // In strong quotes a shell changes nothing.
  const quoted = (value: string) => ({ value, quoting: "strong" });
  const module = quoted(`${variable("fileDirname")}/${variable("fileBasenameNoExtension")}.ts`);
  const added = ownTasks === undefined ? [] : ["--tasks", quoted(ownTasks)];
  const task = (label: string, args: readonly unknown[], more: object) => ({
    label: `kernelmark: ${label}`,
    type: "shell",
    command: "npx",
    args: ["kernelmark", ...args, ...added],
    presentation: { panel: "dedicated", clear: true },
    ...more,
  });
  const matcher = (severity: "error" | "warning", pattern: object) => ({
    ...{ owner: `kernelmark-${severity}s`, source: "kernelmark", severity },
    ...{ fileLocation: ["relative", variable("fileDirname")], pattern },
  });
  const errors = matcher("error", ERROR_PATTERN);
  const warnings = matcher("warning", WARNING_PATTERN);
  const background = WATCH_PATTERNS;
  return [
    task("check", ["check", module], { group: "test", problemMatcher: [errors, warnings] }),
    task("check --watch", ["check", module, "--watch"], {
      isBackground: true,
      problemMatcher: [
        { ...errors, background },
        { ...warnings, background },
      ],
    }),
    task("bench", ["bench", module, "--passes"], { problemMatcher: [] }),
  ];
}
