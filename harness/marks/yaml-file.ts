import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import { codeFrame } from "../text/code-frame.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/** A problem with a value of a file. */
export interface ValueProblem {
  readonly path: readonly PropertyKey[];
  /** Whether the path's last name is wrong rather than its value. */
  readonly isKey: boolean;
  /** Sentences. */
  readonly message: string;
}

/** A problem at a place in a file: `start` and `end` count characters. */
interface PlacedProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/**
 * Reads YAML that a person wrote.
 *
 * @param file its name, for messages
 * @param inspect finds problems that a schema cannot; the value may be of any type
 * @throws UserError that lists all problems, each with its line, column and surrounding lines
 */
export function parseYaml<T extends z.ZodType>(
  text: string,
  file: string,
  schema: T,
  inspect: (value: unknown) => readonly ValueProblem[] = () => [],
): z.output<T> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos: [start, end] }) => ({
      start,
      end,
      message: `Invalid YAML: ${shorten(printable(message.replace(/[.:]?$/, ".")), 400)}`,
    }));
    throw problemsError(problems, text, file, lineCounter);
  }
  const value = plainValue(document, file);
  const parsed = schema.safeParse(value);
  const problems = [...(parsed.error?.issues.flatMap((issue) => issueProblems(issue, value, schema)) ?? [])];
  problems.push(...inspect(value));
  if (parsed.success && problems.length === 0) return parsed.data;
  const placed = problems.map(({ path, isKey, message }) => ({ ...findRange(document, path, isKey), message }));
  throw problemsError(placed, text, file, lineCounter);
}

function plainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Unresolved aliases, or nested aliases that would grow without end.
    throw new UserError(
      `${printable(file)} cannot be read: ${shorten(printable((error as Error).message), 400)}.`,
      "Write the values out without aliases.",
    );
  }
}

/** One mistake can cause parser errors in the rest of the file. */
const PROBLEMS_SHOWN = 10;

function problemsError(
  problems: readonly PlacedProblem[],
  text: string,
  file: string,
  lineCounter: LineCounter,
): UserError {
  const parts = [...problems]
    .sort((a, b) => a.start - b.start)
    .slice(0, PROBLEMS_SHOWN)
    .map(({ start, end, message }) => {
      const { line, col } = lineCounter.linePos(Math.min(start, text.length));
      return `${printable(file)}:${line}:${col}: ${message}\n\n${codeFrame(text, line, col, Math.max(end - start, 1))}`;
    });
  const more = problems.length - parts.length;
  if (more > 0) parts.push(`${more} more problems not shown.`);
  const count = problems.length === 1 ? "the problem" : `the ${problems.length} problems`;
  return new UserError(parts.join("\n\n"), `Fix ${count} in ${printable(file)} and try again.`);
}

/** The range of a path's value or key, or of its nearest ancestor in the file. */
function findRange(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  isKey: boolean,
): Omit<PlacedProblem, "message"> {
  let node: unknown = document.contents;
  let found: unknown = document.contents;
  for (const [depth, name] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      const item: unknown = node.items[Number(name)];
      if (item === undefined) break;
      node = item;
      found = item;
      continue;
    }
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(name));
    if (pair === undefined) break;
    node = pair.value;
    const isWanted = depth === path.length - 1 && !isKey;
    // A block that lacks a key is marked by its name: its value may be many lines, or empty.
    found = isWanted && isScalar(pair.value) && pair.value.source ? pair.value : pair.key;
  }
  const [start, end] = (isNode(found) ? found.range : undefined) ?? [0, 1];
  return { start, end };
}

/** Turns a schema's issue into messages. */
function issueProblems(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType): ValueProblem[] {
  const { path } = issue;
  const name = path.length === 0 ? "the file" : fieldName(path);
  const got = valueAt(value, path);
  const problem = (message: string) => [{ path, isKey: false, message: message[0]!.toUpperCase() + message.slice(1) }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(path, key, knownKeys(schema, path)));
    case "invalid_type":
      if (isOwnMessage(issue.message)) {
        const but = got === undefined ? "" : `, but is ${describeValue(got)}`;
        return problem(`${name} ${got === undefined ? "is missing: it " : ""}${issue.message}${but}.`);
      }
      if (got === undefined) return problem(`${name} is missing: it must be ${describeType(issue.expected)}.`);
      return problem(`${name} must be ${describeType(issue.expected)}, but is ${describeValue(got)}.`);
    case "invalid_value": {
      if (got === undefined) return problem(`${name} is missing: it must be ${choice(issue.values.map(String))}.`);
      const meant = didYouMean(String(got), issue.values.map(String));
      return problem(`${name} must be ${choice(issue.values.map(String))}, but is ${describeValue(got)}.${meant}`);
    }
    default:
      return problem(
        `${name} ${issue.message}${isFix(issue.message) || !isSimple(got) ? "" : `; it is ${describeValue(got)}`}.`,
      );
  }
}

/** Whether a message names a fix after a colon: it then says all that is needed about the value. */
function isFix(message: string): boolean {
  return message.includes(": ");
}

/** Whether a schema's message is its own rather than the library's. */
function isOwnMessage(message: string): boolean {
  return !/^(?:Invalid|Too) /.test(message);
}

function unknownKey(path: readonly PropertyKey[], key: string, known: readonly string[]): ValueProblem {
  const meant = didYouMean(key, known, (near) => `\`${near}\``);
  const shown = `\`${shorten(printable(key), 60)}\``;
  const message = `${shown} is not a key of ${path.length === 0 ? "this file" : fieldName(path)}.${meant} Its keys are ${known.map((name) => `\`${name}\``).join(", ")}.`;
  return { path: [...path, key], isKey: true, message };
}

/** The file may have keys of any length, with any characters. */
function fieldName(path: readonly PropertyKey[]): string {
  return `\`${path.map((part) => shorten(printable(String(part)), 60)).join(".")}\``;
}

/** Definitions differ by the kind of schema; any kind may occur. */
type SchemaDef = z.core.$ZodTypeDef & Readonly<Record<string, unknown>>;

/** The keys that a schema allows at a path. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let inner = schema.def as SchemaDef;
  const unwrap = () => {
    for (;;) {
      const wrapped = (inner.innerType ?? inner.in) as z.ZodType | undefined;
      if (wrapped === undefined) return;
      inner = wrapped.def as SchemaDef;
    }
  };
  unwrap();
  for (const name of path) {
    const next = inner.type === "record" ? inner.valueType : (inner.shape as Record<PropertyKey, unknown>)?.[name];
    if (next === undefined) return [];
    inner = (next as z.ZodType).def as SchemaDef;
    unwrap();
  }
  return Object.keys(inner.shape ?? {});
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[name],
    value,
  );
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "a block of `key: value` lines",
  record: "a block of `key: value` lines",
  number: "a number",
  int: "a whole number",
  string: "text",
  boolean: "`true` or `false`",
};

function describeType(expected: string): string {
  return TYPE_WORDS[expected] ?? expected;
}

function describeValue(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a block";
  if (typeof value === "string") return `the text "${shorten(printable(value), 40)}"`;
  return String(value);
}

function isSimple(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string";
}

function choice(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(" or ");
}
