import type { Device } from "./device.ts";

/** Results mostly come in the same turn of Dawn's event loop as word that the work is done. */
const USUAL_MS = 50;

/**
 * Tells apart whether a kernel is still at work or its results do not come: says so where they take longer than usual
 * from the moment that the submitted work was done. Costs no wait of its own.
 *
 * @returns to be told when the results are there
 */
export function watchReadBack(
  device: Pick<Device, "onSlowReadBack">,
  workDone: Promise<unknown>,
  usualMs = USUAL_MS,
): { end(): void } {
  let isOver = false;
  let isSlow = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Fails where the device is lost, which mapping the results tells as well.
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
