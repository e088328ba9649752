// Run as a process of its own by run-probe.ts, so that a driver that crashes or hangs takes nothing else down. It is
// JavaScript, and not built, because it must run as it is both beside the source and beside dist/.
import { writeSync } from "node:fs";

writeSync(1, JSON.stringify(await probe()));
// Not by returning: drivers keep threads alive, and some crash when they are unloaded.
process.kill(process.pid, "SIGKILL");

async function probe() {
  let reason = "it offers no adapter that Dawn accepts";
  try {
    const { create } = await import("webgpu");
    const adapter = await create(["disable-dawn-features=timestamp_quantization"]).requestAdapter();
    if (adapter) {
      const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
      await adapter.requestDevice();
      return { found: { vendor, architecture, device, description, isFallbackAdapter } };
    }
  } catch (error) {
    reason = String(error?.message ?? error).split("\n")[0];
  }
  return { reason, loaderMissing: loaderMissing() };
}

/** Whether the system has no Vulkan loader, asked of the dynamic linker: it alone knows where it searches. */
function loaderMissing() {
  if (process.platform !== "linux") return false;
  try {
    process.dlopen({ exports: {} }, "libvulkan.so.1");
  } catch (error) {
    // A loader that is there is refused all the same, being no addon of Node's, with another message.
    return /cannot open shared object|No such file/.test(String(error?.message));
  }
  return false;
}
