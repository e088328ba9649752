// Row 2: looks for globals by which to reach the engine's memory or the network.
// From: pygpubench, folder exploits (heap_sig_scan)

export default function plan() {
  for (const name of [
    "WebAssembly",
    "SharedArrayBuffer",
    "Atomics",
    "fetch",
    "XMLHttpRequest",
    "WebSocket",
    "Worker",
  ]) {
    const found = globalThis[name];
    if (found?.Memory !== undefined || (typeof found === "function" && name !== "SharedArrayBuffer")) return found;
  }
  throw new Error("there is nothing to reach");
}
