import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium, WEBGPU_ARGUMENTS } from "../testing/chromium.ts";
import { siteFiles } from "./site-files.ts";

const TYPES = { html: "text/html", js: "text/javascript", json: "application/json", css: "text/css" };
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium(WEBGPU_ARGUMENTS);
});

afterAll(() => browser?.close());

/** The site in a folder of a plain web server, which sends no headers of ours; `version` is put into its start page. */
async function servePlain() {
  const files = new Map((await siteFiles()).map(({ path, content }) => [`/course/${path}`, content]));
  const server = createServer((request, response) => {
    const path = request.url!.replace(/\/$/, "/index.html");
    const content = files.get(path);
    const type = TYPES[path.split(".").at(-1) as keyof typeof TYPES] ?? "application/wasm";
    response.writeHead(content === undefined ? 404 : 200, { "content-type": type });
    response.end(content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((closed) => server.close(closed));
  };
  return { files, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/course/`, close };
}

it("works without its server after the first load, isolated, and checks there", async () => {
  const site = await servePlain();
  const page = await browser.newPage();
  try {
    await page.goto(site.address);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await site.close();
    await page.goto(site.address);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.getByRole("link", { name: "Row softmax" }).click();
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.locator("[data-verdict]").waitFor();
  } finally {
    await page.close();
    await site.close();
  }
});

it("shows a new version at once, and removes the files of the old one when no page needs them", async () => {
  const site = await servePlain();
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(site.address);
    await page.evaluate(() => navigator.serviceWorker.ready);
    const [old] = await page.evaluate(() => caches.keys());
    const change = (path: string, from: string, to: string) =>
      site.files.set(path, String(site.files.get(path)).replace(from, to));
    change("/course/index.html", "<html ", '<html data-version="newer" ');
    change("/course/offline.js", old!.split(" ")[1]!, "newer");
    await page.reload();
    expect(await page.locator("html").getAttribute("data-version")).toBe("newer");
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.close();
    const later = await context.newPage();
    await later.goto(site.address);
    await later.waitForFunction(async () => (await caches.keys()).join() === "kernelmark newer");
  } finally {
    await context.close();
    await site.close();
  }
});
