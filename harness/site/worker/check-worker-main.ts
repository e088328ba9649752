import { type Device, deviceContext, openAdapter, openDevice, warmDevice } from "../../gpu/device.ts";
import { warmSandbox } from "../../plan/sandbox.ts";
import type { FromCheckWorker, PageJob } from "./check-protocol.ts";
import { Checks } from "./checks.ts";
import { Compilations } from "./compile.ts";
import { describeAdapter } from "./describe-adapter.ts";

/** The worker of a page: it does one job after the other on the browser's WebGPU. */
const send = (message: FromCheckWorker) => postMessage(message);
const opened = open();

/** Whether all devices are lost: errors follow from that. */
let isLost = false;

addEventListener("message", async ({ data: job }: MessageEvent<PageJob>) => {
  try {
    await (await opened)?.(job);
  } catch (error) {
    if (!isLost)
      send({ type: "fault", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

async function open(): Promise<((job: PageJob) => Promise<void>) | undefined> {
  let adapter: GPUAdapter;
  try {
    adapter = await openAdapter();
  } catch (error) {
    send({ type: "no-webgpu", reason: (error as Error).message, hasApi: "gpu" in navigator });
    return undefined;
  }
  const [described] = await Promise.all([describeAdapter(adapter), warmSandbox()]);
  watch(await openDevice());
  await warmDevice();
  const context = deviceContext(adapter, described.isSoftware ? "software" : "hardware");
  send({ type: "ready", adapter: described });
  const checks = new Checks(context, send);
  const compilations = new Compilations(context, send);
  return async (job) => {
    switch (job.type) {
      case "check":
        return checks.check(job);
      case "compile":
        return send({ type: "compiled", diagnostics: await compilations.compile(job) });
      case "bench": {
        const { bench } = await import("./bench.ts");
        return bench(job, context, described.clock, send);
      }
    }
  };
}

/** Time for a verdict about the kernel that lost its device. */
const VERDICT_MS = 500;

/** Runs nothing, so that only the GPU process or the driver can lose it. Garbage-collected, it would never report that. */
let sentinel: Device | undefined;

async function watch(device: Device): Promise<void> {
  sentinel = device;
  const { message } = await sentinel.gpu.lost;
  isLost = true;
  setTimeout(() => send({ type: "lost", reason: message }), VERDICT_MS);
}
