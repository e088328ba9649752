// `npm run bench:site`: how long a newcomer waits on the site, in Chromium with an empty cache: until a first check is
// possible, and from there to its verdict. Each figure is the median of five visits, next to its target. Meaningful only
// on an idle machine.

import { serveSite } from "../../harness/site/serve-site.ts";
import { launchChromium, WEBGPU_ARGUMENTS } from "../../harness/testing/chromium.ts";

const VISITS = 5;
const TARGET_MS = 3000;

const site = await serveSite(0);
const visits: { readonly readyMs: number; readonly verdictMs: number }[] = [];
for (let visit = 0; visit < VISITS; visit++) {
  const browser = await launchChromium(WEBGPU_ARGUMENTS);
  const page = await browser.newPage();
  const startMs = performance.now();
  await page.goto(`${site.address}#/tasks/softmax`);
  const check = page.locator("button:enabled", { hasText: /^Check$/ });
  await check.waitFor();
  const readyMs = performance.now() - startMs;
  await check.click();
  await page.locator("[data-verdict]").waitFor();
  visits.push({ readyMs, verdictMs: performance.now() - startMs - readyMs });
  await browser.close();
}
await site.close();

report("first check possible", (visit) => visit.readyMs);
report("its verdict", (visit) => visit.verdictMs);

function report(what: string, of: (visit: (typeof visits)[number]) => number): void {
  const sorted = visits.map(of).sort((a, b) => a - b);
  const [least, median, most] = [sorted[0]!, sorted[VISITS >> 1]!, sorted.at(-1)!].map((ms) => (ms / 1000).toFixed(2));
  console.log(`${what}: ${median} s (${least} to ${most} s), target ${TARGET_MS / 1000} s`);
}
