import { platform } from "#platform";

/** An answer comes late by an eighth of the time that it took, or by a millisecond. */
const NAP_SHARE = 1 / 8;
const LONGEST_NAP_MS = 1;
/** The system's timers are no finer. */
const SHORTEST_NAP_MS = 0.06;

/** All that this process waits for, since Dawn asks for all of it in the same turn of the event loop. */
let pending = 0;
let lastNewsMs = 0;
/** Whether a turn is coming up: with two of them, this thread would sleep twice between two answers. */
let isTurnComing = false;

/**
 * Waits for a promise of Dawn's without keeping a processor busy. As long as a promise of it is pending, Dawn for Node
 * asks the driver again in every turn of the event loop, and a software adapter would need that processor for the kernel
 * itself. So this thread sleeps between two turns: the longer since anything happened, the longer, a millisecond at most.
 */
export async function waitPolitely<T>(promise: Promise<T>): Promise<T> {
  if (platform.sleep === undefined) return promise;
  lastNewsMs = performance.now();
  pending++;
  expectTurn();
  try {
    return await promise;
  } finally {
    pending--;
    lastNewsMs = performance.now();
  }
}

function expectTurn(): void {
  if (isTurnComing) return;
  isTurnComing = true;
  void platform.eventLoopTurn().then(takeTurn);
}

function takeTurn(): void {
  isTurnComing = false;
  if (pending === 0) return;
  const napMs = Math.min(LONGEST_NAP_MS, NAP_SHARE * (performance.now() - lastNewsMs));
  if (napMs >= SHORTEST_NAP_MS) platform.sleep?.(napMs);
  expectTurn();
}
