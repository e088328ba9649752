import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { platform } from "#platform";
import { waitPolitely } from "./polite-wait.ts";

/** Turns of the event loop until a promise settles, while something polls in every turn as Dawn does. */
async function turnsUntil(promise: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const ask = () => {
    turns++;
    if (!isOver) setImmediate(ask);
  };
  setImmediate(ask);
  await promise.catch(() => {});
  isOver = true;
  return turns;
}

describe("waitPolitely", () => {
  it("resolves to the promise's value", async () => {
    expect(await waitPolitely(Promise.resolve(5))).toBe(5);
    await expect(waitPolitely(Promise.reject(new Error("lost")))).rejects.toThrow("lost");
  });

  it("yields the processor while it waits, for one promise or many", async () => {
    const slept = vi.spyOn(platform as { sleep(ms: number): void }, "sleep");
    // A nap in every turn, but for some at the start; without naps there are tens of thousands of turns.
    const sleepless = async (wait: Promise<unknown>) => (await turnsUntil(wait)) - slept.mock.calls.length;
    expect(await sleepless(waitPolitely(sleep(300)))).toBeLessThan(1000);
    slept.mockClear();
    const many = Array.from({ length: 20 }, () => waitPolitely(sleep(300)));
    expect(await sleepless(Promise.all(many))).toBeLessThan(1000);
    slept.mockRestore();
  });

  it("stops with the last promise", async () => {
    await Promise.all([waitPolitely(sleep(5)), waitPolitely(sleep(10))]);
    const slept = vi.spyOn(platform as { sleep(ms: number): void }, "sleep");
    await turnsUntil(sleep(50));
    expect(slept).not.toHaveBeenCalled();
    slept.mockRestore();
  });

  it("sleeps once per turn, regardless of the number of earlier waits", async () => {
    for (let wait = 0; wait < 20; wait++) await waitPolitely(Promise.resolve());
    const asked = vi.spyOn(globalThis, "setImmediate");
    const turns = await turnsUntil(waitPolitely(sleep(50)));
    // One call is the test's own, the other is the sleep.
    expect(asked.mock.calls.length).toBeLessThan(2 * turns + 5);
    asked.mockRestore();
  });
});
