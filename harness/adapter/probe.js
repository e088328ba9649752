// Run in a separate process by run-probe.ts, so that a driver that crashes or hangs affects nothing else. It is
// unbuilt JavaScript because the same file serves both the source and dist/.
import { writeSync } from "node:fs";

writeSync(1, JSON.stringify(await probe()));
// Returning is not enough: drivers keep threads alive, and some crash when they are unloaded.
process.kill(process.pid, "SIGKILL");

async function probe() {
  let webgpu;
  try {
    webgpu = await import("webgpu");
  } catch (error) {
    return unloaded(error);
  }
  let reason = "no adapter that Dawn accepts";
  try {
    // As `requestOptions` in harness/platform/dawn-options.ts.
    const forceFallbackAdapter = process.env.KERNELMARK_FALLBACK_ADAPTER === "1";
    const gpu = webgpu.create(["disable-dawn-features=timestamp_quantization"]);
    const adapter = await gpu.requestAdapter({ forceFallbackAdapter });
    if (adapter) {
      const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
      await adapter.requestDevice();
      return { found: { vendor, architecture, device, description, isFallbackAdapter } };
    }
  } catch (error) {
    reason = firstLine(error);
  }
  return { reason, lacks: isLoaderMissing() ? "loader" : null };
}

/** Why the package `webgpu` cannot be loaded. */
function unloaded(error) {
  if (error?.code !== "MODULE_NOT_FOUND" && error?.code !== "ERR_DLOPEN_FAILED") {
    return { reason: firstLine(error), lacks: null };
  }
  // It names the file of its build by system and processor.
  const [, wanted] = /dist[/\\]([\w-]+)[/\\]dawn\.node/.exec(error.message) ?? [];
  if (error.code === "MODULE_NOT_FOUND" && wanted) return { reason: `Dawn has no build for ${wanted}`, lacks: "build" };
  return { reason: `Dawn cannot be loaded (${firstLine(error)})`, lacks: "libraries" };
}

function firstLine(error) {
  return String(error?.message ?? error).split(/\r?\n/)[0];
}

/** Whether the system has no Vulkan loader. Asks the dynamic linker: only it knows its search path. */
function isLoaderMissing() {
  if (process.platform !== "linux") return false;
  try {
    process.dlopen({ exports: {} }, "libvulkan.so.1");
  } catch (error) {
    // A loader that exists is rejected too, since it is not a Node addon, but with another message.
    return /cannot open shared object|No such file/.test(String(error?.message));
  }
  return false;
}
