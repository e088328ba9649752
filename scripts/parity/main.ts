// `npm run parity -- [--family f] [--task t] [--corpus c] [--log file] [--page]`: judges every corpus and all built-in
// kernels in a terminal and in the page's worker in Chromium, with the same seed, and prints the verdicts that differ.
// Continues the log of an earlier call; `--page` writes its table into docs/browser.md. Exits with 1 if outcomes differ
// for no known reason, such as what the browser lacks, or if a corpus expects another verdict.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { taskFolder, taskNames } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { launchChromium } from "../../harness/testing/chromium.ts";
import { type Compared, compareSides } from "./both-sides.ts";
import { comparedEntries } from "./entries.ts";
import { differences, reasonToDiffer } from "./outcome.ts";
import { withParity } from "./page.ts";

process.env.KERNELMARK_ADAPTER ??= "swiftshader";
const { values } = parseArgs({
  options: {
    ...{ family: { type: "string" }, task: { type: "string", multiple: true } },
    ...{ corpus: { type: "string", multiple: true }, log: { type: "string" } },
    ...{ seed: { type: "string", default: "parity" }, page: { type: "boolean", default: false } },
  },
});

const known: Compared[] =
  values.log !== undefined && existsSync(values.log)
    ? readFileSync(values.log, "utf8")
        .trim()
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
const keyOf = ({ corpus, name, task }: Pick<Compared, "corpus" | "name" | "task">) => `${corpus}: ${name}/${task}`;
const done = new Set(known.map(keyOf));
const compared = [...known];

for (const task of taskNames()) {
  if (values.family !== undefined && basename(dirname(taskFolder(task))) !== values.family) continue;
  if (values.task !== undefined && !values.task.includes(task)) continue;
  const entries = (await comparedEntries([task])).filter(
    (one) => (values.corpus?.includes(one.corpus) ?? true) && !done.has(keyOf(one)),
  );
  if (entries.length > 0) await compareSides(entries, values.seed, report);
}

function report(one: Compared): void {
  compared.push(one);
  if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(one)}\n`);
  const differ = differences(one.node, one.browser);
  const how =
    differ.length === 0 ? "same" : (reasonToDiffer(one.node, one.browser) ?? `DIFFERS in ${differ.join(", ")}`);
  console.log(`${keyOf(one)}: ${one.node.verdict}, ${one.browser.verdict}: ${how}`);
}

if (values.page) {
  const path = join(packageRoot(), "docs/browser.md");
  const browser = await launchChromium();
  const version = `Chromium ${browser.version().split(".")[0]}`;
  await browser.close();
  const parity = { date: new Date(), seed: values.seed, browser: version, compared };
  writeFileSync(path, withParity(readFileSync(path, "utf8"), parity));
}
const unexplained = compared.filter(
  ({ node, browser }) => differences(node, browser).length > 0 && reasonToDiffer(node, browser) === undefined,
);
console.log(`${compared.length} submissions compared: ${unexplained.length} differ without a reason`);
const unexpected = compared.filter(({ isExpected }) => !isExpected);
for (const one of unexpected) console.log(`${keyOf(one)}: ${one.node.verdict}, which its corpus does not expect`);
if (unexplained.length + unexpected.length > 0) process.exitCode = 1;
