// `npm run messages`: prints every sentence that users can see, grouped by folder, with its file and line, for a review
// of the language as a whole. Texts are found by their form, so a few invisible ones are included.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";
import { packageRoot } from "../harness/files/package-root.ts";

const FOLDERS = ["bin", "harness", "kernels", "reference"];
/** Files that only tests and proofs use. */
const NOT_SHOWN =
  /\.test\.|\.d\.ts$|\/(specimens|example)\/|\/(variants|vitest-setup|made-up-\w+|describe-\w+|test-\w+)\.ts$/;
/** Two successive words; the first may be a placeholder. */
const SENTENCE = /(\p{L}{2,}|\{…\}|`)[,:;]? \p{L}{2,}/u;
/** WGSL, CSS, HTML, SQL-like type names: code, not sentences. */
const CODE = /@group|@compute|var<|\bfn \w+\(|;\n|^\s*<\w+[^>]*>$|^[\w-]+:[^.]*;$|=>|^use /;

/** Placeholder for a value inserted in a text. */
const GAP = "{…}";

interface Message {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** The texts of a file, in order, with placeholders for inserted values. */
function messagesOf(file: string): Message[] {
  const source = readFileSync(join(packageRoot(), file), "utf8");
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]!.message}`);
  const found: Message[] = [];
  // Visits every node through the fields that all nodes share.
  visit(program as unknown as Node, ({ start }, text) => {
    const line = source.slice(0, start).split("\n").length;
    const words = text.replace(/\s+/g, " ").trim();
    if (SENTENCE.test(words) && !CODE.test(text)) found.push({ file, line, text: words });
  });
  return found;
}

function visit(node: Node, report: (node: Node, text: string) => void): void {
  // Paths of modules and names of types are not texts.
  if (/^(Import|Export(Named|All)|TS(?!As|Satisfies|NonNull))/.test(node.type) && node.declaration == null) return;
  const text = textOf(node);
  if (text !== undefined) report(node, text);
  const isSum = node.type === "BinaryExpression" && text !== undefined;
  for (const [key, value] of Object.entries(node)) {
    if (isSum && (key === "left" || key === "right")) continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, report);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** The text of a literal, or of concatenated literals. */
function textOf(node: Node): string | undefined {
  switch (node.type) {
    case "Literal":
    case "JSXText":
      return typeof node.value === "string" ? node.value : undefined;
    case "TemplateLiteral":
      return (node.quasis as readonly { readonly value: { readonly cooked: string | null } }[])
        .map(({ value }) => value.cooked ?? "")
        .join(GAP);
    case "BinaryExpression": {
      const parts = [node.left as Node, node.right as Node].map(textOf);
      return node.operator === "+" && parts.some((part) => part !== undefined)
        ? parts.map((part) => part ?? GAP).join("")
        : undefined;
    }
    default:
      return undefined;
  }
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(packageRoot(), folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourceFiles(path);
      return /\.(tsx?|js)$/.test(path) && !NOT_SHOWN.test(path) ? [path] : [];
    })
    .sort();
}

const byFolder = new Map<string, Message[]>();
for (const file of FOLDERS.flatMap(sourceFiles)) {
  byFolder.set(dirname(file), [...(byFolder.get(dirname(file)) ?? []), ...messagesOf(file)]);
}
for (const [folder, messages] of byFolder) {
  if (messages.length === 0) continue;
  const lines = messages.map(({ file, line, text }) => `${file.slice(folder.length + 1)}:${line}\t${text}`);
  process.stdout.write(`${folder} (${messages.length})\n${lines.join("\n")}\n\n`);
}
