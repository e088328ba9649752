import { platform } from "#platform";

/** The delay of an answer: an eighth of its time, at most a millisecond. */
const NAP_SHARE = 1 / 8;
const LONGEST_NAP_MS = 1;
/** The resolution of the system's timers. */
const SHORTEST_NAP_MS = 0.06;

/** All pending promises of this process: Dawn polls all of them in the same turn of the event loop. */
let pending = 0;
let lastNewsMs = 0;
/** Whether a turn is scheduled: with two of them, this thread would sleep twice between two polls. */
let isTurnComing = false;

/**
 * Waits for one of Dawn's promises without keeping a processor busy. While a promise is pending, Dawn for Node polls
 * the driver in every turn of the event loop, and a software adapter needs that processor for the kernel itself. So
 * this thread sleeps between two turns, longer the longer nothing has happened, at most a millisecond.
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
