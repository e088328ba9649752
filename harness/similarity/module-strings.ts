/** A string in a module, as written in the source. */
export interface ModuleString {
  readonly text: string;
  /** The line in which it begins, counted from 1. */
  readonly line: number;
}

/** Deeper nested templates are read as text: real code has none, and each level repeats the lines of those inside. */
const DEEPEST = 8;

/**
 * The strings of a JavaScript or TypeScript module, as written: they often contain WGSL. A template's substitution,
 * `${…}`, is replaced by a name, and strings inside it are separate strings. Never throws: text that is not JavaScript
 * gives anything in it that looks like a string.
 */
export function moduleStrings(source: string): ModuleString[] {
  const strings: ModuleString[] = [];
  const newlines = (text: string) => text.split("\n").length - 1;
  let line = 1;
  let at = 0;
  let level = 0;

  /** Reads code up to the end, or to the bracket that closes a template's substitution. */
  const readCode = (isSubstitution: boolean): void => {
    let depth = 0;
    while (at < source.length) {
      const rest = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|["'`{}\n]|[^"'`{}\n/]+|\//y;
      rest.lastIndex = at;
      const [piece] = rest.exec(source)!;
      if (piece === "}" && isSubstitution && depth === 0) return;
      at += piece.length;
      line += newlines(piece);
      if (piece === "{") depth++;
      else if (piece === "}") depth--;
      else if (piece === "`") readTemplate();
      else if (piece === '"' || piece === "'") readQuoted(piece);
    }
  };

  const readQuoted = (quote: string): void => {
    const rest = quote === '"' ? /[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*/y : /[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*/y;
    rest.lastIndex = at;
    const [text] = rest.exec(source)!;
    strings.push({ text: text.replaceAll("\\n", "\n"), line });
    at += text.length + 1;
    line += newlines(text);
  };

  const readTemplate = (): void => {
    const start = line;
    let text = "";
    while (at < source.length && source[at] !== "`") {
      if (source.startsWith("${", at) && level < DEEPEST) {
        at += 2;
        const before = line;
        level++;
        readCode(true);
        level--;
        at += 1;
        // Keeps the number of lines, and so the numbers of those that follow.
        text += ` substituted ${"\n".repeat(line - before)}`;
        continue;
      }
      const piece = source[at] === "\\" ? source.slice(at, at + 2) : source[at]!;
      text += piece;
      at += piece.length;
      line += newlines(piece);
    }
    at += 1;
    strings.push({ text, line: start });
  };

  readCode(false);
  return strings;
}
