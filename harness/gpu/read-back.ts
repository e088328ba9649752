import type { Device } from "./device.ts";

/** Results mostly arrive in the same turn of Dawn's event loop as the end of the work. */
const USUAL_MS = 50;

/**
 * Distinguishes a running kernel from slow results: reports results that take longer than usual after the submitted
 * work was done. Adds no wait of its own.
 *
 * @returns a function to call when the results have arrived
 */
export function watchReadBack(
  device: Pick<Device, "onSlowReadBack">,
  workDone: Promise<unknown>,
  usualMs = USUAL_MS,
): { end(): void } {
  let isOver = false;
  let isSlow = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Fails if the device is lost, which mapping the results reports as well.
  workDone.then(
    () => {
      if (isOver) return;
      timer = setTimeout(() => {
        isSlow = true;
        device.onSlowReadBack?.(false);
      }, usualMs);
    },
    () => {},
  );
  return {
    end() {
      isOver = true;
      clearTimeout(timer);
      if (isSlow) device.onSlowReadBack?.(true);
    },
  };
}
