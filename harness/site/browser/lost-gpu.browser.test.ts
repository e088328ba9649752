import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { packageRoot } from "../../files/package-root.ts";
import { prependToScript } from "../../testing/chromium.ts";
import { SiteRunner } from "../../testing/site-runner.ts";

let runner: SiteRunner;

beforeEach(async () => {
  runner = await SiteRunner.open(1);
});

afterEach(() => runner?.close());

const read = (path: string) => readFileSync(join(packageRoot(), "submissions", path), "utf8");

function job(folder: string) {
  const files = ["softmax.ts", "softmax.wgsl"].map((path) => ({ path, text: read(`${folder}/${path}`) }));
  return { task: "softmax", family: "softmax", seed: "lost", files };
}

/** As a driver's watchdog does. */
async function endGpuProcess(): Promise<void> {
  const session = await runner.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  process.kill(processInfo.find(({ type }) => type === "GPU")!.id, "SIGKILL");
}

it("goes on in a fresh worker after the GPU process ended", async () => {
  expect(await runner.readiness()).toMatchObject({ state: "ready" });
  const checking = runner.check(job("time-limit"));
  await runner.page.waitForTimeout(2000);
  await endGpuProcess();
  const { attempt } = await checking;
  expect(attempt.verdict).toBe("device-lost");
  expect(attempt.message).toContain("The GPU device was lost while the kernel was compiled or ran");
  expect((await runner.check(job("plain"))).attempt.verdict).toBe("accepted");
});

it("asks for a reload if there is no adapter any more, which Chromium says after some ends of its GPU process", async () => {
  expect(await runner.readiness()).toMatchObject({ state: "ready" });
  await prependToScript(runner.page, "check-worker.js", "navigator.gpu.requestAdapter = async () => null;");
  await endGpuProcess();
  const seen = () => runner.readiness().then(({ state }) => state);
  await expect.poll(seen, { timeout: 90_000 }).toBe("needs-reload");
  const { attempt } = await runner.check(job("plain"));
  expect(attempt.verdict).toBe("harness-error");
});

it("gives a kernel that hangs its verdict, and the next check an answer", async () => {
  const { attempt } = await runner.check(job("time-limit"));
  expect(attempt.verdict).toBe("time-limit");
  expect(attempt.message).toContain("The kernel did not finish within");
  const { attempt: next } = await runner.check(job("plain"));
  const readiness = await runner.readiness();
  if (readiness.state === "ready") expect(next.verdict).toBe("accepted");
  else expect([readiness.state, next.verdict]).toEqual(["needs-restart", "harness-error"]);
});

it("keeps the verdict and the causes found so far if the GPU process ends during the diagnosis", async () => {
  expect(await runner.readiness()).toMatchObject({ state: "ready" });
  // A diagnosis that runs changed kernels for ever.
  const stuck = `
    const post = self.postMessage.bind(self);
    let isStuck = false;
    self.postMessage = (message, ...rest) => {
      if (!isStuck || message.type === "lost") post(message, ...rest);
      if (message.type !== "diagnosed") return;
      isStuck = true;
      console.log("diagnosed");
    };`;
  await prependToScript(runner.page, "check-worker.js", stuck);
  const isReplaced = runner.page.waitForResponse("**/check-worker.js");
  await endGpuProcess();
  await isReplaced;
  expect(await runner.readiness()).toMatchObject({ state: "ready" });
  const diagnosed = runner.page.waitForEvent("console", { predicate: (one) => one.text() === "diagnosed" });
  const checking = runner.check(job("wrong-answer"));
  await diagnosed;
  await endGpuProcess();
  const { attempt } = await checking;
  expect(attempt.verdict).toBe("wrong-answer");
  expect(attempt.findings).not.toEqual([]);
});
