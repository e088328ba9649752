import type { Page } from "playwright-core";
import type { FromCheckWorker, PageJob } from "../site/worker/check-protocol.ts";

type Answer = Extract<FromCheckWorker, { type: "done" | "compiled" | "measured" | "refused" }>;

/** The page's worker in Chromium, without the page. */
export interface SiteWorker {
  /** Every message about a job, in order; the last is its answer. Rejects for an internal error. */
  ask(job: PageJob): Promise<readonly FromCheckWorker[]>;
  answer<Type extends Answer["type"]>(job: PageJob, type: Type): Promise<Extract<Answer, { type: Type }>>;
}

// Only the parts of `lib.dom.d.ts` used here: all of it would give Node's code a `document`.
declare class Worker {
  constructor(address: string, options: { readonly type: "module" });
  onmessage: ((event: { readonly data: FromCheckWorker }) => void) | null;
  postMessage(job: PageJob): void;
}
type PageGlobals = { siteWorker?: Worker };

/** Starts a worker in a page of the site. */
export async function openSiteWorker(page: Page): Promise<SiteWorker> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker("check-worker.js", { type: "module" });
        worker.onmessage = ({ data }) => {
          if (data.type === "ready") resolve();
          else reject(new Error(JSON.stringify(data)));
        };
        (globalThis as PageGlobals).siteWorker = worker;
      }),
  );
  const ask = (job: PageJob) => page.evaluate(askInPage, job);
  return {
    ask,
    async answer(job, type) {
      const last = (await ask(job)).at(-1)!;
      if (last.type !== type) throw new Error(`the worker answered ${JSON.stringify(last)}`);
      return last as never;
    },
  };
}

function askInPage(job: PageJob): Promise<FromCheckWorker[]> {
  return new Promise((resolve, reject) => {
    const heard: FromCheckWorker[] = [];
    const worker = (globalThis as PageGlobals).siteWorker!;
    worker.onmessage = ({ data }) => {
      heard.push(data);
      if (["done", "compiled", "measured", "refused"].includes(data.type)) resolve(heard);
      if (data.type === "fault" || data.type === "no-webgpu") reject(new Error(JSON.stringify(data)));
    };
    worker.postMessage(job);
  });
}
