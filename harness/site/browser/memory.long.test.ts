import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../../files/package-root.ts";
import { SiteRunner } from "../../testing/site-runner.ts";

/** A page that has just started grows to its usual size first. */
const WARM_UP = 20;
const CHECKS = 200;
const MOST_GROWTH = 1.2;

let runner: SiteRunner;

beforeAll(async () => {
  runner = await SiteRunner.open(10, ["--js-flags=--expose-gc"]);
});

afterAll(() => runner?.close());

/** Resident memory of the page's and the GPU's processes, in MiB, without garbage that the page may still collect. */
async function memoryMebibytes(): Promise<Record<"page" | "GPU", number>> {
  // A worker that was just replaced may still be listed before the new one is ready.
  await runner.readiness();
  await runner.page.workers().at(-1)?.evaluate("gc(); gc();");
  const session = await runner.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const of = (type: string) =>
    Math.max(...processInfo.filter((one) => one.type === type).map(({ id }) => residentMebibytes(id)));
  return { page: of("renderer"), GPU: of("GPU") };
}

function residentMebibytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Number(kibibytes) / 1024;
}

it(`grows by at most 20 % in ${CHECKS} checks in one page`, { timeout: 3_600_000 }, async () => {
  const read = (path: string) => readFileSync(join(packageRoot(), "submissions", path), "utf8");
  const kernels = [read("plain/softmax.wgsl"), read("plain/softmax.wgsl").replace("y[i] /= sum;", "")];
  const seen: Record<"page" | "GPU", number>[] = [];
  for (let nth = 1; nth <= CHECKS; nth++) {
    // Right and wrong in turn, each a new source, as while someone writes a kernel.
    const kernel = `${kernels[nth % 2]}// ${nth}\n`;
    const files = [
      { path: "softmax.ts", text: read("plain/softmax.ts") },
      { path: "softmax.wgsl", text: kernel },
    ];
    const { attempt } = await runner.check({ task: "softmax", family: "softmax", seed: "memory", files });
    expect(attempt.verdict).toBe(nth % 2 === 0 ? "accepted" : "wrong-answer");
    if (nth % WARM_UP === 0) seen.push(await memoryMebibytes());
  }
  const text = seen.map(({ page, GPU }, at) => `${(at + 1) * WARM_UP}: ${page.toFixed(0)} + ${GPU.toFixed(0)} MiB`);
  process.stderr.write(`resident memory of page and GPU after collecting garbage, by checks: ${text.join(", ")}\n`);
  const [first, last] = [seen[0]!, seen.at(-1)!];
  expect(last.page).toBeLessThan(MOST_GROWTH * first.page);
  expect(last.GPU).toBeLessThan(MOST_GROWTH * first.GPU);
});
