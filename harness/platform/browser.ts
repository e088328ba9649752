import type { Platform } from "./platform.ts";

// Only the parts of `lib.dom.d.ts` used here: all of it would give Node's code a `document`.
declare const navigator: { readonly gpu?: GPU };
declare class MessageChannel {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: null): void };
}

export const platform: Platform = {
  gpu() {
    if (navigator.gpu === undefined) throw new Error("this browser has no WebGPU, or the page is not a secure context");
    return navigator.gpu;
  },
  requestOptions: () => ({}),
  // Browsers delay nested timers by up to 4 ms.
  eventLoopTurn: () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }),
  sleep: undefined,
  processorMs: () => performance.now(),
  callWithTimeout: (call) => call(),
};
