// `npm run docs`: runs the command of each example of output in README.md and docs/, and writes its output into the
// page; `-- --page docs/tutorial.md` does so for one page. `npm run docs -- --check` changes nothing, and exits with 1
// and a diff if a page is outdated.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPatch } from "diff";
import { execa } from "execa";
import { packageRoot } from "../../harness/files/package-root.ts";
import { withEdits } from "../../harness/task/edits.ts";
import { UserError } from "../../harness/text/user-error.ts";
import {
  type Example,
  exampleText,
  findEdits,
  findExamples,
  type PageEdit,
  withoutVariation,
  withTexts,
} from "./examples.ts";

/** Seed of the inputs of `check`, which pages do not show. */
const SEED = "docs";

/** What the user of this machine has solved does not matter; nothing can be written here. */
const NO_STATE = join(packageRoot(), "package.json");

/** Their examples write files, and run one after the other in an empty folder. */
const PAGES_THAT_WRITE = ["docs/adding-a-task.md"];

const outputs = new Map<string, string>();

try {
  const { values } = parseArgs({
    options: { check: { type: "boolean", default: false }, page: { type: "string", multiple: true } },
  });
  for (const name of values.page ?? pageNames()) await update(name, values.check);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error([error.message, error.hint].join(" "));
  process.exitCode = 2;
}

function pageNames(): string[] {
  const inDocs = readdirSync(join(packageRoot(), "docs"), { recursive: true, encoding: "utf8" });
  const pages = inDocs.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  return ["README.md", "SECURITY.md", ...pages.sort()];
}

async function update(name: string, isCheck: boolean): Promise<void> {
  const path = join(packageRoot(), name);
  const page = readFileSync(path, "utf8");
  const examples = findExamples(page, name);
  const edits = findEdits(page);
  const folder = PAGES_THAT_WRITE.includes(name) ? mkdtempSync(join(tmpdir(), "kernelmark-docs-")) : packageRoot();
  const texts: string[] = [];
  try {
    for (const example of examples) {
      while (edits[0] !== undefined && edits[0].line < example.from) applyEdit(folder, edits.shift()!);
      texts.push(await newText(example, folder));
    }
  } finally {
    if (folder !== packageRoot()) rmSync(folder, { recursive: true, force: true });
  }
  const changed = withTexts(page, examples, texts);
  if (changed === page) return;
  console.log(createPatch(name, page, changed));
  if (isCheck) process.exitCode = 1;
  else writeFileSync(path, changed);
}

function applyEdit(folder: string, { file, from, to }: PageEdit): void {
  const path = join(folder, file);
  writeFileSync(path, withEdits([readFileSync(path, "utf8")], [[from, to]], file)[0]!);
}

/** The program's current text, or the old one if only figures differ, as they do each time. */
async function newText(example: Example, folder: string): Promise<string> {
  const made = exampleText(example, await outputOf(example.command, folder));
  return withoutVariation(made) === withoutVariation(example.text) ? example.text : made;
}

/** A command's output on SwiftShader, which every machine has. Several examples of a command share one run. */
async function outputOf(command: string, folder: string): Promise<string> {
  const isOfPackage = folder === packageRoot();
  const known = isOfPackage ? outputs.get(command) : undefined;
  if (known !== undefined) return known;
  console.error(command);
  const args = command.split(" ").slice(2);
  if (args[0] === "check" || args[0] === "verify") args.push("--seed", SEED);
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(packageRoot(), "bin/kernelmark.js"), ...args],
    {
      cwd: folder,
      env: { KERNELMARK_ADAPTER: "swiftshader", NO_COLOR: "1", FORCE_COLOR: "0", XDG_STATE_HOME: NO_STATE },
      reject: false,
    },
  );
  // Pages about tasks of one's own show errors too.
  if (exitCode === 2 && !isOfPackage) return stderr;
  // 1: the submission is not accepted.
  if (exitCode !== 0 && exitCode !== 1) throw new UserError(`\`${command}\` exited with ${exitCode}:`, stderr);
  outputs.set(command, stdout);
  return stdout;
}
