/** Longer paths are no file's. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*(?:\(\s*)?["'](\.{1,2}\/[^"'\n]{1,300})["']/g;

/**
 * The relative paths that a module imports, as written. Comments count too: a file that one names does no harm. In time
 * linear in the text's length.
 */
export function relativeImports(text: string): string[] {
  return Array.from(text.matchAll(RELATIVE_IMPORT), ([, specifier]) => specifier!);
}
