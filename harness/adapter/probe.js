// Run in a separate process by run-probe.ts, so that a driver that crashes or hangs affects nothing else. It is
// unbuilt JavaScript because the same file serves both the source and dist/.
import { writeSync } from "node:fs";

writeSync(1, JSON.stringify(await probe()));
// Returning is not enough: drivers keep threads alive, and some crash when they are unloaded.
process.kill(process.pid, "SIGKILL");

async function probe() {
  let reason = "no adapter that Dawn accepts";
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

/** Whether the system has no Vulkan loader. Asks the dynamic linker: only it knows its search path. */
function loaderMissing() {
  if (process.platform !== "linux") return false;
  try {
    process.dlopen({ exports: {} }, "libvulkan.so.1");
  } catch (error) {
    // A loader that exists is rejected too, since it is not a Node addon, but with another message.
    return /cannot open shared object|No such file/.test(String(error?.message));
  }
  return false;
}
