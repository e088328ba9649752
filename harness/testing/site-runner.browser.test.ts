import { expect, it } from "vitest";
import { prependToScript } from "./chromium.ts";
import { SiteRunner } from "./site-runner.ts";

it("closes quietly while a replaced script is still on its way", async () => {
  const runner = await SiteRunner.open();
  const asked = new Promise<void>((resolve) => runner.page.once("request", () => resolve()));
  await prependToScript(runner.page, "check-worker.js", "");
  await runner.page.evaluate(() => void fetch("check-worker.js"));
  await asked;
  // An answer that fails would be an unhandled rejection, which fails the run.
  await expect(runner.close()).resolves.toBeUndefined();
});
