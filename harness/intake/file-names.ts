/** Extensions of modules and kernels, with what browsers and editors add. */
const SOURCE_NAME = /^(.*?)\.(ts|js|mts|mjs|tsx|wgsl|json|txt)(?:\.txt)?$/i;
/** The extension under which the bundler takes the same content. */
const EXTENSIONS: Readonly<Record<string, string>> = { mts: "ts", tsx: "ts", mjs: "js" };
const SEPARATORS = /[\s_\-.()[\]+,]+/;
/** What people and browsers add to a name, without a meaning of its own. */
const ADDED =
  /^(?:\d{1,3}|(?:v|ver|version|rev|final|copy|kopie|copie|copia)\d{0,3}|last|latest|newest|new|neu|fixed|fix|my|mine|mein|solution|sol|submission|abgabe|done|updated|update|old|alt|backup|bak|draft)$/;

/** A file's name in parts, in lower case: `My_Softmax (1).TS` is `my softmax 1`, `ts`. */
interface NameParts {
  readonly words: readonly string[];
  /** Without the dot. */
  readonly extension: string;
}

/** Undefined if it is neither a module nor anything that a module can import. */
function partsOf(name: string): NameParts | undefined {
  const [, stem, written] = SOURCE_NAME.exec(name) ?? [];
  if (stem === undefined) return undefined;
  const extension = written!.toLowerCase();
  return { words: wordsOf(stem), extension: EXTENSIONS[extension] ?? extension };
}

function wordsOf(stem: string): string[] {
  return stem
    .toLowerCase()
    .split(SEPARATORS)
    .filter((word) => word !== "");
}

/** What was added to a name; undefined if these are not the wanted words with additions. */
function addedTo(wanted: readonly string[], words: readonly string[]): string[] | undefined {
  for (let start = 0; start + wanted.length <= words.length; start++) {
    if (!wanted.every((word, index) => words[start + index] === word)) continue;
    const added = [...words.slice(0, start), ...words.slice(start + wanted.length)];
    if (added.every((word) => ADDED.test(word))) return added;
  }
  return undefined;
}

/** A file whose name is another one with additions: `softmax (1).ts` is a variant of `softmax.ts`. */
export interface NameVariant {
  /** The intended name. */
  readonly name: string;
  /** Additions, in lower case: `1`, `final`, `v2`. */
  readonly added: readonly string[];
}

/** The module that a file is meant to be: `<task>.ts` or `<task>.js`; undefined if it names no task. */
export function moduleVariant(file: string, taskNames: readonly string[]): NameVariant | undefined {
  const parts = partsOf(file);
  if (parts === undefined || (parts.extension !== "ts" && parts.extension !== "js")) return undefined;
  let best: NameVariant | undefined;
  for (const task of taskNames) {
    const added = addedTo(wordsOf(task), parts.words);
    // `matmul-int8` names that task rather than `matmul`.
    if (added === undefined || (best !== undefined && best.added.length <= added.length)) continue;
    best = { name: `${task}.${parts.extension}`, added };
  }
  return best;
}

/** A file as a variant of the name that is wanted; undefined if it is none. */
export function variantOf(wanted: string, file: string): NameVariant | undefined {
  const [want, have] = [partsOf(wanted), partsOf(file)];
  if (want === undefined || have === undefined || want.extension !== have.extension) return undefined;
  const added = addedTo(want.words, have.words);
  return added === undefined ? undefined : { name: wanted, added };
}

/** Compares additions: `final` after others, then by version and number; `old` first. Negative if `a` is the older. */
export function compareAdditions(a: readonly string[], b: readonly string[]): number {
  return ageOf(a) - ageOf(b);
}

function ageOf(added: readonly string[]): number {
  const isOld = added.some((word) => /^(?:old|alt|backup|bak|draft)$/.test(word));
  const isFinal = added.some((word) => /^(?:final\d*|last|latest|newest)$/.test(word));
  const numbers = added.map((word) => Number(/\d+$/.exec(word)?.[0] ?? 0));
  // Numbers have three digits at most.
  return (isOld ? -1e6 : 0) + (isFinal ? 1e6 : 0) + Math.max(0, ...numbers);
}
