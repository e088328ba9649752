import { extname, join } from "node:path";
import type { NotTaken } from "../results/not-taken.ts";
import { count } from "../text/count.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { type Entry, listFolder } from "./list-folder.ts";
import { intendedTask, MODULE_EXTENSIONS, moduleTask } from "./module-name.ts";

/** Levels of folders below a candidate's that are searched for files in the wrong place. */
const DEEPEST = 4;
/** Entries of a candidate's folder that are looked at; a submission has a handful. */
const MOST_VISITED = 1_000;
/** Files named of one candidate: with more, the important ones would be lost among them. */
const MOST_NAMED = 20;

const ARCHIVE = /\.(zip|rar|7z|tar|tgz|gz|bz2|xz)$/i;
const KERNEL = /\.wgsl$/i;
/** Type declarations for editors; `kernelmark init` writes some. */
const DECLARATION = /\.d\.ts$/i;
/** Endings that people, editors and browsers give to modules. */
const LIKE_MODULE = /\.(tsx?|mts|cts|jsx?|mjs|cjs)(\.txt)?$/i;
const LIKE_SCRIPT = /\.(jsx?|mjs|cjs)(\.txt)?$/i;
const SUBMIT_MODULES = "Submit a `.ts` or `.js` module named after each task.";
/** Files that a repository has anyway. */
const COMPANION = /^(readme|licen[cs]e|changelog)(\.\w+)?$|^(package|package-lock|tsconfig)\.json$/i;

/** Whether a file is an archive, by its name. */
export function isArchive(name: string): boolean {
  return ARCHIVE.test(name);
}

/** A candidate's folder, and the module of each task that is graded. */
interface Folder {
  readonly candidate: string;
  readonly taken: ReadonlyMap<string, string>;
  /** Tasks with several modules, none of which is graded. */
  readonly doubled: ReadonlySet<string>;
  readonly taskNames: readonly string[];
}

/** The fields of a `NotTaken` that a file's name decides. */
type Omission = Pick<NotTaken, "task" | "reason" | "fix">;

/**
 * Names everything in a candidate's folder that was probably submitted, but is not graded. Files that modules import are
 * among them, since imports are not read yet: see `stillNotTaken`.
 *
 * @param path the candidate's folder, absolute
 * @param entries what is in it
 */
export function findNotTaken(folder: Folder, path: string, entries: readonly Entry[]): NotTaken[] {
  const { candidate, taken } = folder;
  const notTaken = (below: string, { task, reason, fix }: Omission): NotTaken => {
    const shown = printable(below === "" ? candidate : `${candidate}/${below}`);
    return { candidate, path: shown, task, instead: taken.get(task) ?? "", reason, fix };
  };
  if (entries.length === 0) {
    return [notTaken("", { task: "", reason: "The folder is empty.", fix: SUBMIT_MODULES })];
  }
  const found: NotTaken[] = [];
  for (const { above, entry } of walk(path, entries)) {
    const omission = omissionOf(entry, above, folder);
    if (omission !== undefined) found.push(notTaken(join(above, entry.ok ? entry.name : entry.shown), omission));
  }
  const isModule = ({ path: one }: NotTaken) => LIKE_MODULE.test(one);
  // The kernels of a misplaced or doubled module have a plan.
  const modules = new Set([...folder.doubled, ...found.filter(isModule).map(({ task }) => task)]);
  const hasModule = (task: string) => (task === "" ? modules.size > 0 : modules.has(task));
  const named = found.filter((one) => isModule(one) || !KERNEL.test(one.path) || !hasModule(one.task));
  named.sort((a, b) => Number(a.task === "") - Number(b.task === ""));
  if (named.length <= MOST_NAMED) return named;
  const more = count(named.length - MOST_NAMED, "other file");
  const rest = { task: "", reason: `It contains ${more} that Kernelmark did not take.`, fix: SUBMIT_MODULES };
  return [...named.slice(0, MOST_NAMED), notTaken("", rest)];
}

interface Visited {
  /** The folders between the candidate's and the entry; empty for none. */
  readonly above: string;
  readonly entry: Entry;
}

/** The entries of a folder and those below it, folder by folder from the top. Links are not followed. */
function* walk(path: string, top: readonly Entry[]): Generator<Visited> {
  const folders: { readonly above: string; readonly depth: number; readonly entries: readonly Entry[] }[] = [
    { above: "", depth: 0, entries: top },
  ];
  let visited = 0;
  for (const { above, depth, entries } of folders) {
    for (const entry of entries) {
      if (++visited > MOST_VISITED) return;
      yield { above, entry };
      if (!entry.ok || entry.kind !== "folder" || depth === DEEPEST) continue;
      const inner = join(above, entry.name);
      folders.push({ above: inner, depth: depth + 1, entries: entriesOrNone(join(path, inner)) });
    }
  }
}

function entriesOrNone(path: string): readonly Entry[] {
  try {
    return listFolder(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [];
  }
}

/** Why an entry is not graded; undefined if it is graded, or was hardly meant to be. */
function omissionOf(entry: Entry, above: string, folder: Folder): Omission | undefined {
  const { taken, taskNames } = folder;
  const name = entry.ok ? entry.name : entry.shown;
  if (DECLARATION.test(name)) return undefined;
  const task = moduleTask(name, taskNames) ?? intendedTask(name, taskNames) ?? "";
  // Next to a task's graded module, only another module could have been meant.
  if (taken.has(task) && (above !== "" || !LIKE_MODULE.test(name))) return undefined;
  if (task === "" && taken.size > 0 && (above !== "" || COMPANION.test(name))) return undefined;
  if (!entry.ok) return task === "" && taken.size > 0 ? undefined : { task, ...twoSentences(entry.reason) };
  const isNamed = moduleTask(name, taskNames) !== undefined;
  switch (entry.kind) {
    case "file":
      return isNamed && above === "" ? undefined : fileOmission(name, task, above, folder);
    case "folder":
      return isNamed ? { task, reason: "It is a folder.", fix: "Submit the file itself." } : undefined;
    case "link":
      return { task, reason: "It is a symbolic link.", fix: "Submit the file itself." };
    case "other":
      return { task, reason: "It is not a regular file.", fix: "Submit the file itself." };
  }
}

function fileOmission(name: string, task: string, above: string, { candidate, taken }: Folder): Omission {
  if (isArchive(name)) {
    return { task, reason: "It is an archive, which Kernelmark does not unpack.", fix: "Submit the files in it." };
  }
  const ending = LIKE_MODULE.exec(name)?.[0];
  if (ending === undefined) return otherOmission(name, task);
  if (task === "") {
    return {
      task,
      reason: "Its name is not that of a task.",
      fix: "Rename it after its task; `kernelmark tasks` lists them.",
    };
  }
  const module = `${task}${LIKE_SCRIPT.test(name) ? ".js" : ".ts"}`;
  const graded = taken.get(task);
  if (graded !== undefined) {
    return {
      task,
      reason: `\`${graded}\` was graded for this task.`,
      fix: `Rename it to \`${graded}\` if it is the submission, and keep one.`,
    };
  }
  if (above !== "") {
    return {
      task,
      reason: `It is in the subfolder \`${printable(above)}\`.`,
      fix: `Move it, with its kernels, to \`${printable(`${candidate}/${module}`)}\`.`,
    };
  }
  const reason = MODULE_EXTENSIONS.includes(ending)
    ? "Its name is not that of a task."
    : `Its name ends in \`${ending}\`; modules end in \`.ts\` or \`.js\`.`;
  return { task, reason, fix: `Rename it to \`${module}\`.` };
}

/** A file that is not a module of any kind. */
function otherOmission(name: string, task: string): Omission {
  const extension = extname(name);
  if (KERNEL.test(name)) {
    const plan = task === "" ? "a module named after its task" : `\`${task}.ts\``;
    return { task, reason: "It is a kernel without a plan.", fix: `Add ${plan}, whose default export makes the plan.` };
  }
  return {
    task,
    reason: `It is ${extension === "" ? "a file without an extension" : `a \`${printable(extension)}\` file`}, not a module.`,
    fix: task === "" ? SUBMIT_MODULES : `Submit the module itself, as \`${task}.ts\`.`,
  };
}

/** Splits a refusal's reason, which ends with the fix. */
export function twoSentences(text: string): Pick<NotTaken, "reason" | "fix"> {
  const end = text.indexOf(". ") + 1;
  return { reason: text.slice(0, end), fix: text.slice(end + 1) };
}
