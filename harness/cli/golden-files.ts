import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { GOLDEN_TOLERANCE, spanOf } from "../../reference/oracle.ts";
import { loadTask, taskFolder, taskNames } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { UserError } from "../text/user-error.ts";
import { estimateCaseFile } from "./evaluate-case.ts";

/** Independent reference values: PyTorch, scikit-learn, NumPy. A task's folder may hold its own. */
export const goldenFolder = join(packageRoot(), "reference", "golden");

const outputsSchema = z.object({ outputs: z.record(z.string(), z.array(z.union([z.number(), z.string()]))) });

/** Scale of the tolerance for values near zero. */
const SMALLEST = 1e-300;

/** The folders with golden files: the common one, and those of tasks that bring their own. */
export function goldenFolders(): string[] {
  const own = taskNames().map((name) => join(taskFolder(name), "golden"));
  return [goldenFolder, ...own.filter((folder) => existsSync(folder))];
}

/** How many golden files a task has, and what is wrong with them. */
export async function goldenFaultsOf(task: string): Promise<{ readonly files: number; readonly faults: string[] }> {
  const own = join(taskFolder(task), "golden");
  const folders = existsSync(own) ? [own, goldenFolder] : [goldenFolder];
  const files = folders.flatMap((folder) =>
    readdirSync(folder).flatMap((name) => (isOf(task, join(folder, name)) ? [join(folder, name)] : [])),
  );
  const faults = await Promise.all(files.map(faultsOrMessage));
  return { files: files.length, faults: faults.flat() };
}

function isOf(task: string, file: string): boolean {
  if (!file.endsWith(".json")) return false;
  try {
    return JSON.parse(readFileSync(file, "utf8")).task === task;
  } catch {
    // A damaged file is a fault of the folder that contains it.
    return dirname(file) !== goldenFolder;
  }
}

async function faultsOrMessage(file: string): Promise<string[]> {
  try {
    return await faultsOf(file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.message];
  }
}

/**
 * Evaluates the oracles on the golden files of a folder.
 *
 * @returns a sentence for each damaged file, and for each disagreement with an oracle
 */
export async function goldenFaults(folder: string = goldenFolder): Promise<string[]> {
  const faults: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (!name.endsWith(".json")) continue;
    faults.push(...(await faultsOrMessage(join(folder, name))));
  }
  return faults;
}

async function faultsOf(file: string): Promise<string[]> {
  const estimates = await estimateCaseFile(file);
  const document: { task: string } = JSON.parse(await readFile(file, "utf8"));
  const golden = outputsSchema.safeParse(document);
  if (!golden.success) return [`${file} has no \`outputs\`: lists of numbers by the outputs' names.`];
  const { goldenTolerance: tolerance = GOLDEN_TOLERANCE, goldenOfLargest } = (await loadTask(document.task)).oracle;
  return Object.entries(estimates).flatMap(([name, { expected, bound, others }]) => {
    const wanted = golden.data.outputs[name];
    if (wanted === undefined) return [`${file} lacks the output \`${name}\`.`];
    if (wanted.length !== expected.length) {
      return [`${file}: \`outputs.${name}\` must have ${expected.length} numbers for its shape, got ${wanted.length}.`];
    }
    const least = goldenOfLargest ? expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : SMALLEST;
    const far = expected.findIndex((value, index) => {
      const golden = Number(wanted[index]);
      if (spanOf(others, index, golden) !== undefined) return false;
      return bound[index] === 0 ? golden !== value : !agrees(value, golden, tolerance, least);
    });
    if (far < 0) return [];
    return [`${file}: \`outputs.${name}[${far}]\` is ${wanted[far]}, but the oracle gives ${expected[far]}.`];
  });
}

/** @param least the smallest magnitude to which the difference is relative */
function agrees(value: number, wanted: number, tolerance: number, least: number): boolean {
  if (!Number.isFinite(wanted)) return Object.is(value, wanted);
  return Math.abs(value - wanted) <= tolerance * Math.max(Math.abs(wanted), least);
}
