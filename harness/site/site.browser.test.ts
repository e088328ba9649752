import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import type { Attempt } from "../results/attempt.ts";
import type { CaseNumbers } from "../results/case-numbers.ts";
import { launchChromium } from "../testing/chromium.ts";
import { type ServedSite, serveSite } from "./serve-site.ts";
import type { CheckJob, FromCheckWorker } from "./worker/check-protocol.ts";

let site: ServedSite;
let browser: Browser;
let page: Page;
/** What the browser complained about. */
let complaints: string[];

beforeAll(async () => {
  site = await serveSite(0);
  browser = await launchChromium(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
});

beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(site.address);
});

afterEach(() => page.close());

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const read = (path: string) => readFileSync(join(packageRoot(), "submissions", path), "utf8");

const WITHOUT_DIVISION = read("plain/softmax.wgsl").replace("y[i] /= sum;", "");

async function replaceText(name: string, text: string): Promise<void> {
  await page.getByRole("textbox", { name }).click();
  await page.keyboard.press("Control+A");
  // Inserted over a selection, text is styled by Chromium itself, which the policy blocks: harmless, but a complaint.
  await page.keyboard.press("Backspace");
  await page.keyboard.insertText(text);
}

async function check(): Promise<string | null> {
  const button = page.getByRole("button", { name: "Check", exact: true });
  await button.click();
  await page.getByRole("status").getByText(/^On /).waitFor({ timeout: 90_000 });
  return page.locator("[data-verdict]").getAttribute("data-verdict");
}

it("ends a plan function that no interrupt reaches, and checks on in a fresh worker", async () => {
  await page.goto(`${site.address}#/tasks/softmax`);
  const endless = "export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1);";
  await replaceText("softmax.ts", endless);
  expect(await check()).toBe("time-limit");
  expect(await page.locator("main").textContent()).toContain("The plan function did not finish within");

  await replaceText("softmax.ts", read("plain/softmax.ts"));
  await replaceText("softmax.wgsl", read("plain/softmax.wgsl"));
  expect(await check()).toBe("accepted");
});

/** What the worker says about a folder, in the same browser. */
async function checkInWorker(job: CheckJob): Promise<Extract<FromCheckWorker, { type: "done" }>> {
  return page.evaluate(
    (sent) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("check-worker.js", { type: "module" });
        worker.onmessage = ({ data }: MessageEvent<FromCheckWorker>) => {
          if (data.type === "done") resolve(data);
          if (data.type === "fault" || data.type === "no-webgpu") reject(new Error(JSON.stringify(data)));
        };
        worker.postMessage(sent);
      }),
    job,
  );
}

/** The outcomes of a submission in the browser and of `kernelmark check`, as JSON: without undefined fields. */
async function checkInBoth(kernel: string, module: string) {
  const texts = { "softmax.ts": module, "softmax.wgsl": kernel };
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
  const seed = "agreement";
  const { attempt, numbers } = await checkInWorker({ type: "check", task: "softmax", family: "softmax", seed, files });

  const folder = makeTemporaryFolder();
  for (const { path, text } of files) writeFileSync(join(folder, path), text);
  const args = [join(packageRoot(), "bin/kernelmark.js"), "check", "softmax.ts", "--seed", seed, "--json"];
  const { stdout } = await execa("node", args, { cwd: folder, reject: false });
  rmSync(folder, { recursive: true });

  const told = ({ verdict, message, evidence, mistake, caseCount, cases, numbers: shown }: Told) => {
    const results = cases.map(({ shape, params, data, verdict }) => ({ shape, params, data, verdict }));
    return { verdict, message, evidence, mistake, caseCount, results, numbers: shown };
  };
  const inBrowser = JSON.parse(JSON.stringify({ ...attempt, numbers }));
  return { inBrowser: told(inBrowser), inNode: told(JSON.parse(stdout)) };
}

type Told = Pick<Attempt, "verdict" | "message" | "evidence" | "mistake" | "caseCount" | "cases"> & {
  readonly numbers: CaseNumbers | null;
};

const EXAMPLES = ["plain", "wrong-answer", "imprecise", "compile-error", "plan-error"];

it.each(EXAMPLES)("agrees with `kernelmark check` on submissions/%s and a seed", async (folder) => {
  const { inBrowser, inNode } = await checkInBoth(read(`${folder}/softmax.wgsl`), read(`${folder}/softmax.ts`));
  expect(inBrowser).toEqual(inNode);
});

it("shows the inputs of `kernelmark check` with the same seed", async () => {
  const { inBrowser, inNode } = await checkInBoth(WITHOUT_DIVISION, read("plain/softmax.ts"));
  expect(inBrowser.numbers?.inputs.x?.values.length).toBeGreaterThan(0);
  expect(inBrowser).toEqual(inNode);
});
