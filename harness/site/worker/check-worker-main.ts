import { deviceContext, openAdapter, warmDevice } from "../../gpu/device.ts";
import { warmSandbox } from "../../plan/sandbox.ts";
import type { CheckJob, FromCheckWorker } from "./check-protocol.ts";
import { Checks } from "./checks.ts";

/** The worker of a page: it checks submissions, one after the other, on the browser's WebGPU. */
const send = (message: FromCheckWorker) => postMessage(message);
const checks = open();

addEventListener("message", async ({ data: job }: MessageEvent<CheckJob>) => {
  try {
    await (await checks)?.check(job);
  } catch (error) {
    send({ type: "fault", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

async function open(): Promise<Checks | undefined> {
  let adapter: GPUAdapter;
  try {
    adapter = await openAdapter();
  } catch (error) {
    send({ type: "no-webgpu", reason: (error as Error).message });
    return undefined;
  }
  await Promise.all([warmDevice(), warmSandbox()]);
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const isSoftware = isFallbackAdapter || architecture === "swiftshader";
  const words = description || [vendor, architecture].filter((part) => part !== "").join(" ") || "unnamed adapter";
  send({ type: "ready", adapter: { description: words, isSoftware } });
  return new Checks(deviceContext(adapter, isSoftware ? "software" : "hardware"), send);
}
