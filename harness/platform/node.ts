import { createContext, Script } from "node:vm";
import { create } from "webgpu";
import { dawnOptions, requestOptions } from "./dawn-options.ts";
import type { Platform } from "./platform.ts";

/**
 * Dawn's instance: one for the lifetime of the process. Dawn crashes if the garbage collector frees the instance of a
 * device that is still in use.
 */
let instance: GPU | undefined;

/** The timeout of `vm` ends WebAssembly, too, at any point. */
const CALL = new Script("call()");
const timed = createContext({ call: () => {} });

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
  processorMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  callWithTimeout<T>(call: () => T, timeoutMs: number): T | "timed out" {
    let result: T;
    timed.call = () => {
      result = call();
    };
    try {
      CALL.runInContext(timed, { timeout: timeoutMs });
    } catch (error) {
      if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return "timed out";
      throw error;
    }
    return result!;
  },
};
