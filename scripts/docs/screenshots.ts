// `npm run docs:screenshots`: takes the pictures in docs/screenshots/, of index.html for an invented class.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { greatest } from "d3-array";
import { loadTasks } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { indexHtml } from "../../harness/report/html/index-html.ts";
import { markRun } from "../../harness/report/mark-run.ts";
import { launchChromium } from "../../harness/testing/chromium.ts";
import { largeRun } from "../bench/large-run.ts";

const CANDIDATES = 18;
const TASKS = ["attention", "gmm-e-step", "matmul-int8", "softmax"];
const WIDTH = 1280;
const NOTHING_SIMILAR = { groups: [], omittedGroups: 0, omittedPairs: 0 };

const folder = await mkdtemp(join(tmpdir(), "kernelmark-screenshots-"));
const browser = await launchChromium();
try {
  const tasks = (await loadTasks()).filter(({ spec }) => TASKS.includes(spec.name));
  const made = largeRun(tasks, CANDIDATES);
  const results = { ...made, assignment: { ...made.assignment, title: "GPU kernels, week 3" } };
  const [path] = await indexHtml.write({ ...markRun(results), similar: async () => NOTHING_SIMILAR }, folder);
  // With a map that tells something.
  const wrong = greatest(results.attempts, ({ mistake, evidence }) =>
    mistake !== null && evidence?.kind === "wrong-elements" ? evidence.picture.join("").length : undefined,
  )!;
  const pictures = [
    { name: "marks", hash: "#/", height: 1430 },
    { name: "task", hash: "#task/softmax", height: 1100 },
    { name: "attempt", hash: `#/${wrong.candidate}/${wrong.task}`, height: 820 },
  ];
  for (const colorScheme of ["light", "dark"] as const) {
    for (const { name, hash, height } of pictures) {
      const page = await browser.newPage({ colorScheme, viewport: { width: WIDTH, height } });
      await page.goto(pathToFileURL(path!).href + hash);
      // Details and plots come after the heading.
      await page
        .locator(name === "attempt" ? ".code" : ".plot svg")
        .first()
        .waitFor();
      await page.screenshot({ path: join(packageRoot(), "docs/screenshots", `${name}-${colorScheme}.png`) });
      await page.close();
    }
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
