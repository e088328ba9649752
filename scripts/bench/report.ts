// `npm run bench:report`: the size of a large class's page, and the time until its table is usable in Chromium. Prints
// every figure with its target, and exits with 1 if one is missed.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "d3-array";
import { loadTasks } from "../../harness/catalog/load.ts";
import { indexHtml } from "../../harness/report/html/index-html.ts";
import { markRun } from "../../harness/report/mark-run.ts";
import { launchChromium } from "../../harness/testing/chromium.ts";
import { largeRun } from "./large-run.ts";

const CANDIDATES = 500;
const TASKS = 12;
const OPENINGS = 7;
const MOST_MEGABYTES = 7;
const MOST_MS = 2000;

const folder = await mkdtemp(join(tmpdir(), "kernelmark-bench-"));
try {
  const tasks = (await loadTasks()).slice(0, TASKS);
  const results = largeRun(tasks, CANDIDATES);
  const marked = markRun(results);
  const searchMs = performance.now();
  await marked.similar();
  const foundMs = performance.now() - searchMs;
  // The sources are copies of a few kernels: a page with all their groups would not be typical.
  const run = { ...marked, similar: async () => ({ groups: [], omittedGroups: 0, omittedPairs: 0 }) };
  const startMs = performance.now();
  const [path] = await indexHtml.write(run, folder);
  const writtenMs = performance.now() - startMs;
  const megabytes = (await stat(path!)).size / 1e6;
  const { toTable, toAll, toAttempt, version } = await open(pathToFileURL(path!).href);
  console.log(
    `${cpus().length} processors (${cpus()[0]!.model.trim()}), Chromium ${version}, ${CANDIDATES} candidates × ${tasks.length} tasks`,
  );
  row("size of index.html", megabytes.toFixed(2), "MB", `less than ${MOST_MEGABYTES}`);
  row("first usable table, median", toTable.toFixed(0), "ms", `less than ${MOST_MS}`);
  row(`all ${CANDIDATES} rows, median`, toAll.toFixed(0), "ms", `less than ${MOST_MS}`);
  row("from the table to an attempt, median", toAttempt.toFixed(0), "ms", "");
  row("time to write it", writtenMs.toFixed(0), "ms", "");
  row("time to find similar submissions", foundMs.toFixed(0), "ms", "");
  if (megabytes >= MOST_MEGABYTES || Math.max(toTable, toAll) >= MOST_MS) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function row(what: string, value: string, unit: string, asked: string): void {
  console.log(`${what.padEnd(34)} ${value.padStart(8)} ${unit.padEnd(3)} ${asked}`.trimEnd());
}

/** Opens the page like a reader, each time in a new window; the table counts once painted. */
async function open(address: string) {
  const browser = await launchChromium();
  try {
    const toTable: number[] = [];
    const toAll: number[] = [];
    const toAttempt: number[] = [];
    for (let opening = 0; opening < OPENINGS; opening++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      const startMs = performance.now();
      await page.goto(address, { waitUntil: "commit" });
      const rows = page.locator(".leaderboard tbody tr");
      const painted = () => page.evaluate("new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))");
      await rows.first().waitFor();
      await painted();
      toTable.push(performance.now() - startMs);
      await rows.nth(CANDIDATES - 1).waitFor();
      await painted();
      const tableMs = performance.now();
      toAll.push(tableMs - startMs);
      await page.locator(".leaderboard td.mark a").nth(7).click();
      await page
        .locator("h2", { hasText: /^(Source|Facts)$/ })
        .first()
        .waitFor();
      toAttempt.push(performance.now() - tableMs);
      await context.close();
    }
    return {
      toTable: median(toTable)!,
      toAll: median(toAll)!,
      toAttempt: median(toAttempt)!,
      version: browser.version(),
    };
  } finally {
    await browser.close();
  }
}
