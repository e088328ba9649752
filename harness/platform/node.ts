import { create } from "webgpu";
import { dawnOptions, requestOptions } from "./dawn-options.ts";
import type { Platform } from "./platform.ts";

/**
 * Dawn's instance: one for the lifetime of the process. Dawn crashes if the garbage collector frees the instance of a
 * device that is still in use.
 */
let instance: GPU | undefined;

const bell = new Int32Array(new SharedArrayBuffer(4));

export const platform: Platform = {
  gpu() {
    instance ??= create(dawnOptions());
    return instance;
  },
  requestOptions,
  eventLoopTurn: () => new Promise((resolve) => setImmediate(resolve)),
  sleep(ms) {
    Atomics.wait(bell, 0, 0, ms);
  },
};
