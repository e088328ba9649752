import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FileEntry, TextWriter, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../files/package-root.ts";
import { closeContext, launchChromium, prependToScript } from "../../testing/chromium.ts";
import { type ServedSite, serveSite } from "../serve-site.ts";

let site: ServedSite;
let browser: Browser;
/** What the browser complained about. */
let complaints: string[] = [];

beforeAll(async () => {
  site = await serveSite(0);
  browser = await launchChromium(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
});

afterEach(async () => {
  for (const context of browser.contexts()) await closeContext(context);
  const complained = complaints;
  complaints = [];
  expect(complained).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const read = (path: string) => readFileSync(join(packageRoot(), "submissions", path), "utf8");

/** A new browser's first page. */
async function open(hash: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await go(page, hash);
  return page;
}

async function go(page: Page, hash: string): Promise<void> {
  await page.goto(site.address + hash);
  await page.locator("h1").waitFor();
}

const editor = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: typeof name === "string" });

async function replaceText(page: Page, name: string, text: string): Promise<void> {
  await editor(page, name).click();
  await page.keyboard.press("Control+A");
  // Inserted over a selection, text is styled by Chromium itself, which the policy blocks: harmless, but a complaint.
  await page.keyboard.press("Backspace");
  await page.keyboard.insertText(text);
}

/** The verdict after the one that is shown, if there is one. */
async function verdictAfter(page: Page, start: () => Promise<void>): Promise<string | null> {
  await start();
  await page.getByText(/^On .+\.$/).waitFor();
  return page.locator("[data-verdict]").getAttribute("data-verdict");
}

const check = (page: Page) => verdictAfter(page, () => button(page, "Check").click());

const textOf = (page: Page, name: string) => editor(page, name).textContent();

it("leads a newcomer through a wrong softmax, its cause, a correct one and its speed to the next task", async () => {
  const page = await open("");
  await page.getByRole("link", { name: "Row softmax" }).click();
  await page.getByText("Turn every row of").waitFor();
  await replaceText(page, "softmax.ts", read("wrong-answer/softmax.ts"));
  await replaceText(page, "softmax.wgsl", read("wrong-answer/softmax.wgsl"));
  expect(await check(page)).toBe("wrong-answer");
  await page.getByText("The row's maximum is not subtracted before exp.", { exact: true }).waitFor();

  const withoutDivision = read("plain/softmax.wgsl").replace("y[i] /= sum;", "");
  await replaceText(page, "softmax.wgsl", withoutDivision);
  expect(await check(page)).toBe("wrong-answer");
  const numbers = page.getByRole("region", { name: "Smallest failing case" });
  expect(await numbers.locator("caption").allTextContents()).toEqual(["x ", "y expected", "y got"]);
  expect(await numbers.getByText("wrong: ").count()).toBeGreaterThan(0);

  await replaceText(page, "softmax.wgsl", read("plain/softmax.wgsl"));
  expect(await verdictAfter(page, () => page.keyboard.press("Control+Enter"))).toBe("accepted");
  await page.locator(".lead .badge", { hasText: "solved" }).waitFor();

  await page.getByLabel("Measure on").selectOption("small");
  await button(page, "Measure").click();
  const speed = page.locator("[data-bench=measured]");
  await speed.locator("figure.plot svg").first().waitFor();
  expect(await speed.getByRole("img", { name: /^Speed relative to plain, with 95 % intervals/ }).count()).toBe(1);
  expect(await speed.locator(".card pre").textContent()).toMatch(/^Row softmax: .*×.*\nsmall: .*\(95 %: .*roofline\n/);
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Save as PNG").click()]);
  expect(
    readFileSync(await download.path())
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
  expect(await page.locator(".versions tbody tr").count()).toBe(4);

  const next = page.locator(".verdict").getByRole("link", { name: "Additive attention" });
  await next.click();
  await page.getByRole("heading", { name: "Additive attention", level: 1 }).waitFor();
  await go(page, "#/");
  expect(await page.locator(".tasks li", { hasText: "solved" }).textContent()).toContain("Row softmax");
  await page.getByText("Solved in this browser: 1 of").waitFor();
});

it("shows the compiler's message at its line, and goes there", async () => {
  const page = await open("#/tasks/softmax");
  await replaceText(page, "softmax.wgsl", "// One\n\n  fn f() { lett x = 1; }\n");
  const problems = page.getByRole("list", { name: "Problems in softmax.wgsl" });
  await problems.getByText("expected '='").waitFor();
  await problems.getByRole("button", { name: "Line 3" }).click();
  await page.keyboard.insertText("|");
  expect(await textOf(page, "softmax.wgsl")).toContain("lett |x");
  const inPlan = page.getByRole("list", { name: "Problems in softmax.ts" });
  await replaceText(page, "softmax.ts", "export default () => ({ passes: 1 });");
  await inPlan.getByText("passes").waitFor();
  const generated = 'const code = "fn f() { " + "lett x; }";\n';
  const pass = '{ code, bindings: ["x", "y"], workgroups: [1] }';
  await replaceText(page, "softmax.ts", `${generated}export default () => ({ passes: [${pass}] });`);
  await inPlan.getByText("<generated WGSL>, line 1: expected").waitFor();
});

it("cancels a check", async () => {
  const page = await open("#/tasks/softmax");
  await page.getByText(/^On /).waitFor();
  await button(page, "Check").click();
  await button(page, "Cancel").click();
  await page.getByText(/^On /).waitFor();
  expect(await page.locator("[data-verdict]").count()).toBe(0);
  await replaceText(page, "softmax.ts", "export default () => 1;");
  expect(await check(page)).toBe("plan-error");
});

describe("what a browser keeps", () => {
  it("is there after a reload, and can be reset, restored and deleted", async () => {
    const page = await open("#/tasks/softmax");
    await replaceText(page, "softmax.wgsl", "// Mine\n");
    await page.reload();
    await editor(page, "softmax.wgsl").waitFor();
    expect(await textOf(page, "softmax.wgsl")).toContain("// Mine");
    await button(page, "Reset to the starter").click();
    await page.getByText("replaced in the editors").waitFor();
    expect(await textOf(page, "softmax.wgsl")).toContain("override ROWS");
    await button(page, /^Restore/).click();
    await page.getByText("in the editors", { exact: true }).waitFor();
    expect(await textOf(page, "softmax.wgsl")).toContain("// Mine");
    await button(page, /^Delete/).click();
    expect(await page.locator(".versions").count()).toBe(0);
  });

  it("includes the hints shown", async () => {
    const page = await open("#/tasks/softmax");
    const hints = page.locator(".hints li");
    await button(page, "Show the first of 4 hints").click();
    await button(page, "Show the next hint (3 left)").click();
    expect(await hints.count()).toBe(2);
    await page.reload();
    await hints.first().waitFor();
    expect(await hints.count()).toBe(2);
  });
});

describe("taking a submission elsewhere", () => {
  it("by a link, which never replaces one's own work unasked", async () => {
    const sender = await open("#/tasks/softmax");
    await replaceText(sender, "softmax.wgsl", "// <img src=x onerror=alert(1)>\n");
    await button(sender, "Share").click();
    const link = await sender.getByLabel("Link to this submission").inputValue();

    const page = await open("#/tasks/softmax");
    await replaceText(page, "softmax.wgsl", "// Mine\n");
    await page.goto(link);
    await page.getByText("// <img src=x onerror=alert(1)>").waitFor();
    await go(page, "#/tasks/softmax");
    await editor(page, "softmax.wgsl").waitFor();
    expect(await textOf(page, "softmax.wgsl")).toContain("// Mine");
    await page.goto(link);
    await button(page, "Open it in place of mine").click();
    await editor(page, "softmax.wgsl").waitFor();
    expect(await textOf(page, "softmax.wgsl")).toContain("onerror");
    await button(page, /^Restore/).click();
    await page.getByText("in the editors", { exact: true }).waitFor();
    expect(await textOf(page, "softmax.wgsl")).toContain("// Mine");
    await go(page, "#/shared/softmax/damaged");
    await page.getByRole("alert").getByText("The link is damaged").waitFor();
  });

  it("as a zip of submissions/me/", async () => {
    const page = await open("#/tasks/softmax");
    await replaceText(page, "softmax.wgsl", "// Mine\n");
    const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Download").click()]);
    const bytes = readFileSync(await download.path());
    const entries = await new ZipReader(new Uint8ArrayReader(bytes)).getEntries();
    expect(entries.map(({ filename }) => filename)).toEqual([
      "submissions/me/softmax.ts",
      "submissions/me/softmax.wgsl",
    ]);
    expect(await (entries[1] as FileEntry).getData(new TextWriter())).toBe("// Mine\n");
  });
});

it("filters the tasks, and keeps the filter in the address", async () => {
  const page = await open("#/");
  const tasks = page.locator(".tasks li");
  await tasks.first().waitFor();
  const all = await tasks.count();
  await page.getByLabel("Interview question").selectOption("20");
  expect(await tasks.count()).toBeLessThan(all);
  await page.getByLabel("Search").fill("soft");
  expect(await tasks.locator("a").allTextContents()).toEqual(["Row softmax"]);
  await page.reload();
  await tasks.first().waitFor();
  expect(await tasks.locator("a").allTextContents()).toEqual(["Row softmax"]);
  await page.getByLabel("Search").fill("nothing like it");
  await button(page, "Show all tasks").click();
  expect(await tasks.count()).toBe(all);
});

it("works with the keyboard alone, and lets it out of the editors", async () => {
  const page = await open("#/tasks/softmax");
  await editor(page, "softmax.wgsl").waitFor();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  await editor(page, "softmax.wgsl").focus();
  await page.keyboard.press("Tab");
  expect(await textOf(page, "softmax.wgsl")).toMatch(/^ {2}\/\/ A starter/);
  const focused = () =>
    page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute("aria-label"));
  expect(await focused()).toBe("softmax.wgsl");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  expect(await focused()).not.toBe("softmax.wgsl");
});

it("runs the steps of the tutorial", async () => {
  const page = await open("#/tutorial/1");
  await page.getByText(/^On /).waitFor();
  expect(await check(page)).toBe("wrong-answer");
  await page.locator(".about").getByRole("link", { name: "Step 2" }).click();
  await page.getByRole("heading", { name: "Step 2: Subtract the maximum" }).waitFor();
  expect(await textOf(page, "softmax.wgsl")).toContain("x[start + c] - maximum");
});

/** What axe finds in the light and in the dark. Pages are opened without their policy, which would block axe. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const all: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async () => {
      // Set by the script above.
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
    all.push(...found.map((one) => `${colorScheme}: ${one}`));
  }
  return all;
}

describe("axe finds nothing", () => {
  const views = [
    "#/",
    "#/tasks/softmax",
    "#/tutorial/1",
    "#/wgsl",
    "#/webgpu",
    "#/tasks/nothing",
    "#/shared/softmax/x",
  ];

  it("on any page at 360 pixels, and none scrolls sideways", async () => {
    const page = await open("#/", { bypassCSP: true, viewport: { width: 360, height: 740 } });
    for (const hash of views) {
      await go(page, hash);
      if (/tasks\/softmax|tutorial/.test(hash)) {
        await editor(page, "softmax.ts").waitFor();
        await page.getByText(/^On /).waitFor();
      }
      expect(await violations(page), hash).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), hash).toBe(360);
    }
  });

  it("about hints, a compiler's message, a wrong kernel and a measurement", async () => {
    const page = await open("#/tasks/softmax", { bypassCSP: true });
    await button(page, "Show the first of 4 hints").click();
    await replaceText(page, "softmax.wgsl", read("plain/softmax.wgsl"));
    await page.getByText(/^On /).waitFor();
    await page.getByLabel("Measure on").selectOption("small");
    await button(page, "Measure").click();
    await page.locator("[data-bench=measured] figure.plot svg").first().waitFor();
    await replaceText(page, "softmax.wgsl", read("wrong-answer/softmax.wgsl"));
    expect(await check(page)).toBe("wrong-answer");
    await button(page, "Show the verdict").click();
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe("Verdict");
    await replaceText(page, "softmax.wgsl", "fn f() { lett x; }");
    await page.getByRole("list", { name: "Problems in softmax.wgsl" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

it("says how to get WebGPU where there is none, and still opens the editors", async () => {
  const page = await open("#/");
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "gpu", { value: undefined }));
  // The worker has a navigator of its own.
  const hidden = 'Object.defineProperty(WorkerNavigator.prototype, "gpu", { value: undefined });';
  await prependToScript(page, "check-worker.js", hidden);
  await go(page, "#/tasks/softmax");
  await page.getByRole("heading", { name: "Kernels cannot run here" }).waitFor();
  await editor(page, "softmax.wgsl").waitFor();
  expect(await button(page, "Check").isDisabled()).toBe(true);
  await page.getByRole("link", { name: "How to get it" }).click();
  await page.getByRole("heading", { name: "Browsers with WebGPU" }).waitFor();
  expect(await page.getByRole("row", { name: /^Firefox Windows 141/ }).count()).toBe(1);
});
