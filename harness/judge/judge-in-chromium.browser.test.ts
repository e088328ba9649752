import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { judgeSoftmax } from "../testing/judge-softmax.ts";

const ENTRY = fileURLToPath(new URL("../testing/judge-softmax.ts", import.meta.url));

let browser: Browser;
let server: Server;
let page: Page;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    format: "iife",
    globalName: "judging",
    platform: "browser",
    target: "chrome123",
    loader: { ".wgsl": "text" },
    write: false,
    logLevel: "error",
  });
  server = createServer((request, response) => {
    const isScript = request.url === "/judging.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? outputFiles[0]!.contents : "<!doctype html><script src=judging.js></script>");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  browser = await launchChromium(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
  page = await browser.newPage();
  // WebGPU needs a secure context, so a file: URL will not do.
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

declare const judging: { readonly judgeSoftmax: typeof judgeSoftmax };

/** As JSON, in which undefined and missing fields are equal. */
async function judgeInBoth(kernel: Parameters<typeof judgeSoftmax>[0]): Promise<string[]> {
  const inChromium = await page.evaluate(async (name) => JSON.stringify(await judging.judgeSoftmax(name)), kernel);
  return [inChromium, JSON.stringify(await judgeSoftmax(kernel))];
}

it("Chromium accepts a correct kernel on its own WebGPU", async () => {
  const [inChromium, inNode] = (await judgeInBoth("correct")).map((json) => JSON.parse(json));
  expect(inChromium.verdict).toBe("accepted");
  expect(inChromium.cases[0].largestShare).toBeGreaterThan(0);
  // The last bits depend on the adapter.
  const inWords = ({ message, largestShare, precisionRatio, ...one }: Record<string, unknown>) => one;
  expect(inChromium.cases.map(inWords)).toEqual(inNode.cases.map(inWords));
});

it("Chromium gives the same evidence and diagnosis as Node for a wrong kernel", async () => {
  const [inChromium, inNode] = await judgeInBoth("without the last row");
  expect(JSON.parse(inChromium!)).toMatchObject({ verdict: "wrong-answer", cases: [{ evidence: { wrongCount: 64 } }] });
  expect(inChromium).toBe(inNode);
});
