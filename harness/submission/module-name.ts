import { basename, extname } from "node:path";
import { closest, distance } from "fastest-levenshtein";

export const MODULE_EXTENSIONS: readonly string[] = [".ts", ".js"];

/** The task of a module with exactly the right name; undefined if it is none. */
export function moduleTask(file: string, taskNames: readonly string[]): string | undefined {
  const extension = extname(file);
  const task = basename(file, extension);
  return MODULE_EXTENSIONS.includes(extension) && taskNames.includes(task) ? task : undefined;
}

/** A shorter task's name may be a part of an ordinary word. */
const LEAST_WITHIN_WORD = 6;

/**
 * The task that a file was probably meant for, by its name: the longest whose words are in it (`softmax (1).ts`,
 * `my_softmax.ts`, `gmm_e_step_final.ts`, `softmax.ts.txt`), or one with at most one wrong letter in four.
 */
export function intendedTask(file: string, taskNames: readonly string[]): string | undefined {
  const stem = file.normalize("NFKC").toLowerCase().split(".", 1)[0]!;
  const words = stem.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  if (words.length === 0 || taskNames.length === 0) return undefined;
  const inOrder = `-${words.join("-")}-`;
  const joined = words.join("");
  const longestFirst = [...taskNames].sort((a, b) => b.length - a.length);
  const within = longestFirst.find((task) => inOrder.includes(`-${task}-`));
  if (within !== undefined) return within;
  const name = words.join("-");
  const near = closest(name, longestFirst);
  if (distance(name, near) <= Math.floor(near.length / 4)) return near;
  return longestFirst.find((task) => {
    const letters = task.replaceAll("-", "");
    return letters.length >= LEAST_WITHIN_WORD && joined.includes(letters);
  });
}
