import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../../testing/chromium.ts";
import { exampleRun, HOSTILE } from "../../testing/example-run.ts";
import { pageAsset } from "../html/page-assets.ts";
import { markRun } from "../mark-run.ts";
import { feedbackPages } from "./write-feedback.ts";

let browser: Browser;
let style: string;
beforeAll(async () => {
  [browser, style] = await Promise.all([launchChromium(), pageAsset("feedback.css")]);
});
afterAll(() => browser.close());

/** Opens a candidate's page, and records its requests and errors. */
async function open(candidate: string, scheme: "light" | "dark", width: number) {
  // The page's policy would block axe, which is a script.
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 800 }, bypassCSP: true });
  const page = await context.newPage();
  const noticed: string[] = [];
  page.on("request", (request) => noticed.push(`request: ${request.url()}`));
  page.on("console", (message) => noticed.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => noticed.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => noticed.push(`dialog: ${dialog.message()}`));
  const { html } = feedbackPages(markRun(exampleRun()), candidate, style, new Date());
  await page.setContent(html);
  return { context, page, noticed };
}

async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe.each(["ada", HOSTILE])("the feedback page of %j", (candidate) => {
  test.each(["light", "dark"] as const)("is accessible, %s", async (scheme) => {
    const { context, page, noticed } = await open(candidate, scheme, 1000);
    expect(await faultsOf(page)).toEqual([]);
    expect(noticed).toEqual([]);
    await context.close();
  });

  test("fits a narrow screen", async () => {
    const { context, page } = await open(candidate, "light", 320);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
    await context.close();
  });
});

test("text of a hostile candidate is escaped", async () => {
  const { context, page, noticed } = await open(HOSTILE, "light", 1000);
  expect(await page.locator("img, script, a, iframe, object, form").count()).toBe(0);
  expect(await page.locator("h1").textContent()).toContain(
    "<img src=x onerror=alert(1)>`</script>*_[l](javascript:alert(1))",
  );
  expect(noticed).toEqual([]);
  await context.close();
});
