import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import type { MeasureStep } from "../bench/measure-job.ts";
import { packageRoot } from "../files/package-root.ts";
import type { Benched, Checked, CheckRunner, Compiled, Readiness } from "../site/browser/check-runner.ts";
import { type ServedSite, serveSite } from "../site/serve-site.ts";
import type { BenchJob, CheckJob, CompileJob } from "../site/worker/check-protocol.ts";
import { closeContext, launchChromium, WEBGPU_ARGUMENTS } from "./chromium.ts";

/** The site's runner of checks and its worker in Chromium, without the pages. */
export class SiteRunner {
  readonly page: Page;
  readonly browser: Browser;
  readonly #site: ServedSite;

  private constructor(site: ServedSite, browser: Browser, page: Page) {
    this.#site = site;
    this.browser = browser;
    this.page = page;
  }

  /** @param patience multiplies all time limits, which count wall time: tests run on busy machines */
  static async open(patience = 10, moreArguments: readonly string[] = []): Promise<SiteRunner> {
    const site = await serveSite(0);
    const browser = await launchChromium([...WEBGPU_ARGUMENTS, ...moreArguments]);
    const page = await browser.newPage();
    await page.goto(`${site.address}catalogue.json`);
    await page.evaluate(await runnerScript());
    await page.evaluate(startRunner, patience);
    return new SiteRunner(site, browser, page);
  }

  /** Waits until the worker is ready, or never will be. */
  readiness(): Promise<Readiness> {
    return this.page.evaluate(readinessInPage);
  }

  check(job: Omit<CheckJob, "type">): Promise<Checked> {
    return this.page.evaluate((sent) => (globalThis as PageGlobals).runner!.check(sent, () => {}), {
      type: "check",
      ...job,
    } as const);
  }

  compile(job: Omit<CompileJob, "type">): Promise<Compiled> {
    return this.page.evaluate((sent) => (globalThis as PageGlobals).runner!.compile(sent), {
      type: "compile",
      ...job,
    } as const);
  }

  bench(
    job: Omit<BenchJob, "type" | "roofline">,
  ): Promise<{ readonly benched: Benched; readonly steps: readonly MeasureStep[] }> {
    return this.page.evaluate(
      async (sent) => {
        const steps: MeasureStep[] = [];
        const watcher = { onWait() {}, onStep: (step: MeasureStep) => void steps.push(step) };
        const { signal } = new AbortController();
        const benched = await (globalThis as PageGlobals).runner!.bench(sent, watcher, signal);
        return { benched, steps };
      },
      { type: "bench", ...job } as const,
    );
  }

  async close(): Promise<void> {
    await closeContext(this.page.context());
    await this.browser.close();
    await this.#site.close();
  }
}

/** The globals of the page. */
interface PageGlobals {
  siteChecks?: { readonly CheckRunner: typeof CheckRunner };
  runner?: CheckRunner;
  readiness?: Readiness;
  onReadiness?: () => void;
}

function startRunner(patience: number): void {
  const shared = globalThis as PageGlobals;
  shared.runner = new shared.siteChecks!.CheckRunner((readiness) => {
    shared.readiness = readiness;
    shared.onReadiness?.();
  }, patience);
}

function readinessInPage(): Promise<Readiness> {
  const shared = globalThis as PageGlobals;
  return new Promise((resolve) => {
    shared.onReadiness = () => shared.readiness!.state !== "starting" && resolve(shared.readiness!);
    shared.onReadiness();
  });
}

async function runnerScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(packageRoot(), "harness/site/browser/check-runner.ts")],
    bundle: true,
    format: "iife",
    globalName: "siteChecks",
    footer: { js: "globalThis.siteChecks = siteChecks;" },
    platform: "browser",
    target: "chrome123",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}
