import { parse } from "yaml";
import * as z from "zod";
import { VERDICTS } from "../../results/verdict.ts";

/** A pattern in JavaScript's notation: `/never written/i`. */
const pattern = z
  .string()
  .regex(/^\/.+\/[a-z]*$/)
  .transform((text) => new RegExp(text.slice(1, text.lastIndexOf("/")), text.slice(text.lastIndexOf("/") + 1)));

const verdict = z.enum(VERDICTS);

const entrySchema = z
  .strictObject({
    corpus: z.string(),
    /** Its file, relative to the package's folder. */
    file: z.string(),
    name: z.string(),
    task: z.string(),
    /** The idea of the attack or the mistake, as a sentence. */
    idea: z.string(),
    /** The required verdict, or several possible ones. */
    expect: z
      .union([verdict, z.array(verdict).min(1)], {
        error: `must be a verdict or a list of them: ${VERDICTS.join(", ")}`,
      })
      .transform((verdicts) => [verdicts].flat()),
    /** The task's mistake that a judgement must find. */
    mistake: z.string().optional(),
    /** A message that names the cause matches each of them. */
    says: z.array(pattern).default([]),
    /** A message that does not name the cause, but is true and read by a person, matches each of them. */
    shows: z.array(pattern).default([]),
    /** Its row in `docs/threats.md`; none for an honest one. */
    row: z.int().optional(),
    /** The source of the idea, unless it is the harness's code. */
    from: z.string().optional(),
    /** It pays only while it is timed, so it is measured as well. */
    timed: z.boolean().default(false),
    /** It shows only on more rows than one dimension of a dispatch has workgroups. */
    manyRows: z.boolean().default(false),
    /** Every case with more than one element must be wrong. */
    everywhere: z.boolean().default(false),
    /** The built-in kernel, `plain` if omitted: an export of the task's file of that name, or a part of it. */
    of: z.string().optional(),
    /** The module of another kernel, which takes the built-in one's place; relative to the package's folder. */
    base: z.string().optional(),
    /** Changes to the built-in kernel and its plan: each text must be there exactly once, over all their files. */
    edit: z.array(z.tuple([z.string().min(1), z.string()])).default([]),
    /** The submitted module, which may import the built-in kernel, edited, from `./plain.js`. */
    module: z.string().optional(),
    /** All submitted files, if one module is not enough. */
    files: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ of, base, edit, module, files }) => (of ?? base ?? edit[0] ?? module ?? files) !== undefined, {
    message: "has neither edit nor module nor files",
  })
  .refine(({ module, files }) => module === undefined || files === undefined, "has a module and files")
  .refine(({ edit, files }) => edit.length === 0 || files === undefined, "has both edits and files")
  .refine((own) => own.edit.length === 0 || own.module === undefined || importsBuiltIn(own.module), {
    message: "has edits, but its module does not import ./plain.js",
  });

/** A submission or a kernel with a known verdict. */
export type Entry = z.output<typeof entrySchema>;
export type EntryFields = z.input<typeof entrySchema>;

export function importsBuiltIn(module: string): boolean {
  return module.includes('from "./plain.js"');
}

/** Fills in an entry's defaults. Throws an error that names the entry if its fields are invalid. */
export function entry(fields: EntryFields): Entry {
  const { success, data, error } = entrySchema.safeParse(fields);
  if (success) return data;
  throw new Error(`${fields.file}, "${fields.name}/${fields.task}":\n${z.prettifyError(error)}`);
}

/** The entries of a file, by `<name>/<task>`. Fields at the top of the file are defaults for its entries. */
export function parseEntries(text: string, { corpus, file }: Pick<Entry, "corpus" | "file">): Entry[] {
  const { entries, ...shared }: { entries: Record<string, object> } = parse(text);
  return Object.entries(entries).map(([key, own]) => {
    const slash = key.lastIndexOf("/");
    const [name, task] = [key.slice(0, slash), key.slice(slash + 1)];
    // The schema checks the fields.
    return entry({ corpus, file, name, task, ...shared, ...own } as EntryFields);
  });
}
