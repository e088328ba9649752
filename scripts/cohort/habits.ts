import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../harness/files/package-root.ts";

/** A file as a student hands it in. */
export interface HandedFile {
  /** With `/` between folders. */
  readonly path: string;
  /** A zip of files, a link to a path, or the content. */
  readonly content: string | Buffer | ZipContent | { readonly link: string };
  /** Days after the assignment was set. */
  readonly day?: number;
}

export interface ZipContent {
  readonly files: readonly HandedFile[];
  readonly password?: string;
}

/** A way of handing in, and what is to become of it. */
export interface Habit {
  readonly files: readonly HandedFile[];
  /** The files in the candidate's folder, sorted; undefined if a person has to decide. */
  readonly becomes: readonly string[] | undefined;
  /** The day of the files whose contents count, if there are several. */
  readonly day?: number;
  /** What the mapping says about it. */
  readonly says?: RegExp;
  /** Whether `softmax` can be graded then. */
  readonly isGraded: boolean;
}

const source = (file: string, example = "plain") =>
  readFileSync(join(packageRoot(), "submissions", example, file), "utf8");
const MODULE = source("softmax.ts");
const KERNEL = source("softmax.wgsl");
/** A module in JavaScript, with another import. */
const JAVASCRIPT = MODULE.replace(/^import type.*\n/m, "")
  .replace(/: PlanContext<"softmax">/, "")
  .replace(/: Plan<"softmax">/, "");

const at = (day: number) => `// Written on day ${day}\n`;
const module = (path: string, day = 1): HandedFile => ({ path, content: MODULE + at(day), day });
const kernel = (path: string, day = 1): HandedFile => ({ path, content: KERNEL + at(day), day });
const SOLUTION = [module("softmax.ts"), kernel("softmax.wgsl")];
const FILES = ["softmax.ts", "softmax.wgsl"];
const example = (name: string) => FILES.map((path): HandedFile => ({ path, content: source(path, name) }));
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
const below = (folder: string, files: readonly HandedFile[]) =>
  files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));

/** One for each mess that is known from real cohorts. */
export const HABITS: Readonly<Record<string, Habit>> = {
  plain: { files: SOLUTION, becomes: FILES, isGraded: true },
  "wrong answer": { files: example("wrong-answer"), becomes: FILES, isGraded: true },
  "compile error": { files: example("compile-error"), becomes: FILES, isGraded: true },
  "browser copy": {
    files: [module("softmax (1).ts"), kernel("softmax.wgsl")],
    becomes: FILES,
    says: /`softmax \(1\)\.ts` is taken as `softmax\.ts`/,
    isGraded: true,
  },
  "canvas copy": {
    files: [module("softmax-1.ts"), kernel("softmax-1.wgsl")],
    becomes: FILES,
    says: /`softmax-1\.wgsl` is taken as `softmax\.wgsl`/,
    isGraded: true,
  },
  "older and newer": {
    files: [module("softmax.ts", 1), module("softmax (1).ts", 3), kernel("softmax.wgsl")],
    becomes: FILES,
    day: 3,
    says: /`softmax \(1\)\.ts` is taken as `softmax\.ts`, the newest of 2 by \w+; not copied: `softmax\.ts`/,
    isGraded: true,
  },
  "three versions": {
    files: [module("softmax.ts", 1), module("softmax-2.ts", 2), module("softmax_final.ts", 4), kernel("softmax.wgsl")],
    becomes: FILES,
    day: 4,
    says: /`softmax_final\.ts` is taken as `softmax\.ts`, the newest of 3 by/,
    isGraded: true,
  },
  "final version": {
    files: [module("softmax_final_v2.ts", 2), module("softmax_final.ts", 1), kernel("softmax.wgsl")],
    becomes: FILES,
    day: 2,
    says: /`softmax_final_v2\.ts` is taken/,
    isGraded: true,
  },
  "own prefix": { files: [module("my_softmax.ts"), kernel("softmax.wgsl")], becomes: FILES, isGraded: true },
  "extension in capitals": { files: [module("softmax.TS"), kernel("softmax.wgsl")], becomes: FILES, isGraded: true },
  "module in capitals": { files: [module("Softmax.ts"), kernel("softmax.wgsl")], becomes: FILES, isGraded: true },
  "text file": { files: [module("softmax.ts.txt"), kernel("softmax.wgsl.txt")], becomes: FILES, isGraded: true },
  tsx: { files: [module("softmax.tsx"), kernel("softmax.wgsl")], becomes: FILES, isGraded: true },
  mjs: {
    files: [{ path: "softmax.mjs", content: JAVASCRIPT }, kernel("softmax.wgsl")],
    becomes: ["softmax.js", "softmax.wgsl"],
    isGraded: true,
  },
  "both languages": {
    files: [...SOLUTION, { path: "softmax.js", content: JAVASCRIPT }],
    becomes: ["softmax.js", "softmax.ts", "softmax.wgsl"],
    says: /There are both `softmax\.ts` and `softmax\.js`: keep one/,
    isGraded: false,
  },
  "kernel alone": {
    files: [kernel("softmax.wgsl")],
    becomes: ["softmax.wgsl"],
    says: /No module of a task is in it, only .*`softmax\.wgsl`/,
    isGraded: false,
  },
  "kernel in capitals": { files: [module("softmax.ts"), kernel("SOFTMAX.WGSL")], becomes: FILES, isGraded: true },
  "byte order mark": {
    files: SOLUTION.map((file) => ({ ...file, content: `\ufeff${String(file.content).replaceAll("\n", "\r\n")}` })),
    becomes: FILES,
    isGraded: true,
  },
  "UTF-16": {
    files: SOLUTION.map((file) => ({ ...file, content: utf16(String(file.content)) })),
    becomes: FILES,
    isGraded: true,
  },
  "Latin-1": {
    files: SOLUTION.map((file) => ({ ...file, content: Buffer.from(`// für Übung\n${file.content}`, "latin1") })),
    becomes: FILES,
    isGraded: true,
  },
  junk: {
    files: [
      ...SOLUTION,
      { path: ".DS_Store", content: "x" },
      { path: "__MACOSX/._softmax.ts", content: "x" },
      { path: "node_modules/left-pad/index.js", content: "x" },
    ],
    becomes: FILES,
    isGraded: true,
  },
  documents: {
    files: [
      { path: "report.pdf", content: "%PDF-1.4" },
      { path: "softmax.docx", content: "PK" },
    ],
    becomes: ["report.pdf", "softmax.docx"],
    says: /No module of a task is in it, only .*`report\.pdf`, `softmax\.docx`/,
    isGraded: false,
  },
  nothing: { files: [], becomes: [], says: /Nothing is in it|only `README\.md`/, isGraded: false },
  link: {
    files: [{ path: "softmax.ts", content: { link: "../ada/softmax.ts" } }, kernel("softmax.wgsl")],
    becomes: undefined,
    says: /Not copied: `softmax\.ts`\. It is a symbolic link/,
    isGraded: false,
  },
  "nested once": { files: below("hedy-main", SOLUTION), becomes: FILES, says: /Taken from/, isGraded: true },
  "nested twice": { files: below("submissions/src", SOLUTION), becomes: FILES, says: /Taken from/, isGraded: true },
  "zip inside": {
    files: [{ path: "hw.zip", content: { files: SOLUTION } }],
    becomes: FILES,
    says: /Taken from/,
    isGraded: true,
  },
  "zip of one folder": {
    files: [{ path: "softmax.zip", content: { files: below("softmax", SOLUTION) } }],
    becomes: FILES,
    says: /Taken from/,
    isGraded: true,
  },
  "leaving zip": {
    files: [{ path: "hw.zip", content: { files: [{ path: "../../ada/softmax.ts", content: MODULE }] } }],
    becomes: undefined,
    says: /`hw\.zip`\. It contains a path that leaves its folder/,
    isGraded: false,
  },
  "two places": {
    files: [...below("monday", SOLUTION), ...below("tuesday", SOLUTION)],
    becomes: undefined,
    says: /Modules for softmax are in `monday`, `tuesday`: which one counts\?/,
    isGraded: false,
  },
  "folder for each task": {
    files: [
      ...below("softmax", SOLUTION),
      ...below("attention", [{ path: "attention.ts", content: "export default 1;" }]),
    ],
    becomes: ["attention.ts", ...FILES],
    isGraded: true,
  },
  "numbered kernels": {
    files: [
      { path: "softmax.ts", content: MODULE.replace("./softmax.wgsl", "./softmax-2.wgsl") },
      kernel("softmax-1.wgsl"),
      kernel("softmax-2.wgsl"),
    ],
    becomes: ["softmax-1.wgsl", "softmax-2.wgsl", "softmax.ts"],
    isGraded: true,
  },
  "locked zip": {
    files: [{ path: "hw.zip", content: { files: SOLUTION, password: "secret" } }],
    becomes: undefined,
    says: /It is protected by a password/,
    isGraded: false,
  },
  "with a readme": {
    files: [...SOLUTION, { path: "README.md", content: "# Softmax\n" }],
    becomes: ["README.md", ...FILES],
    isGraded: true,
  },
  "lost folder": {
    files: [{ path: "softmax.ts", content: MODULE.replace("./softmax.wgsl", "./kernels/softmax.wgsl") }, SOLUTION[1]!],
    becomes: ["kernels/softmax.wgsl", "softmax.ts"],
    isGraded: true,
  },
  "browser copies of both": {
    files: [
      module("softmax.ts", 1),
      kernel("softmax.wgsl", 1),
      module("softmax (1).ts", 2),
      kernel("softmax (1).wgsl", 2),
    ],
    becomes: FILES,
    day: 2,
    says: /`softmax \(1\)\.wgsl` is taken as `softmax\.wgsl`, named like its module/,
    isGraded: true,
  },
};
