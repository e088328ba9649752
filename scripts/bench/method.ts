// `npm run bench:method`: checks that measuring finds known ratios. Prints every figure with its requirement, takes at
// most ten minutes, and exits with 1 if a requirement is not met.
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { median } from "../../harness/measure/interval.ts";
import type { ShapeMeasurement } from "../../harness/results/measurement.ts";
import { MeasuringService } from "../../harness/run/measuring-service.ts";
import { isInverted, MethodChecks, summarizeTrials } from "../../harness/run/method-checks.ts";

const TRIALS = 40;
const SAME_MS = 2000;
const SLOWER_MS = 1000;
/**
 * The true ratio of two kernels is measured separately: before, between and after the trials, since it drifts with the
 * machine's state. It is the median of all these longer trials, each of which ends at ±0.5 % or after TRUTH_MS.
 */
const TRUTH_PARTS = 5;
const TRUTH_TRIALS = 3;
const TRUTH_MS = 6000;
const SHARES = [0.01, 0.05, 0.25];
/** Of 40 intervals that contain the truth with 95 % each, 36 or more do in 95 % of all cases. */
const FEWEST_HELD = 36;

interface Row {
  readonly what: string;
  readonly found: string;
  readonly asked: string;
  readonly isMet: boolean | undefined;
}

const rows: Row[] = [];
const startMs = performance.now();
const adapter = await findAdapter();
const measurer = new MeasuringService(adapter);
const checks = new MethodChecks(measurer, adapter.kind);
console.log(
  `${cpus().length} processors (${cpus()[0]!.model.trim()}), Node ${process.versions.node}, ${adapter.description}, ${new Date().toISOString().slice(0, 10)}`,
);
console.log(`Kernel: a ${checks.about}.\n`);

const quiet = await checkSame("A/A, no other load of ours", 0.005);
const truths = new Map<number, number>();
for (const share of SHARES) await checkSlower(share);
await checkOrder();
await underLoad(async () => {
  await checkSame("A/A, every processor busy", 0.02);
  await checkLoad();
});
row({
  what: `cost: GPU busy with measured kernels, ${Math.round(quiet.candidateNs / 1000)} µs a run`,
  found: percent(quiet.busyShare),
  asked: quiet.candidateNs >= 250_000 ? "at least 75 %" : "(only from 250 µs)",
  isMet: quiet.candidateNs >= 250_000 ? quiet.busyShare >= 0.75 : undefined,
});

const width = Math.max(...rows.map(({ what }) => what.length));
const foundWidth = Math.max(...rows.map(({ found }) => found.length));
console.log();
for (const { what, found, asked, isMet } of rows) {
  const mark = isMet === undefined ? "  " : isMet ? "ok" : "!!";
  console.log(`${mark}  ${what.padEnd(width)}  ${found.padEnd(foundWidth)}  ${asked}`);
}
console.log(`\n${((performance.now() - startMs) / 60_000).toFixed(1)} minutes`);
if (rows.some(({ isMet }) => isMet === false)) process.exitCode = 1;

/** The same kernel twice: the interval should contain 1, and be narrow. */
async function checkSame(what: string, widest: number): Promise<{ busyShare: number; candidateNs: number }> {
  const found = summarizeTrials(await checks.same(TRIALS, SAME_MS), 1);
  const byPrecision = `${found.stoppedByPrecision} ended early`;
  row({
    what: `${what}: intervals that contain 1`,
    found: `${found.heldTruth} of ${found.count} (${byPrecision})`,
    asked: `at least ${FEWEST_HELD}`,
    isMet: found.heldTruth >= FEWEST_HELD,
  });
  row({
    what: `${what}: half-width, median`,
    found: percent(found.halfWidth),
    asked: `at most ${percent(widest)}`,
    isMet: found.halfWidth <= widest,
  });
  return found;
}

/** A kernel slower by a known amount: the interval should exclude 1, and contain the ratio found by long runs. */
async function checkSlower(share: number): Promise<void> {
  const long: ShapeMeasurement[] = [];
  const trials: ShapeMeasurement[] = [];
  for (let part = 0; part < TRUTH_PARTS; part++) {
    if (part > 0) trials.push(...(await checks.slower(share, TRIALS / (TRUTH_PARTS - 1), SLOWER_MS)));
    long.push(...(await checks.slower(share, TRUTH_TRIALS, TRUTH_MS)));
  }
  const truth = median(long.map(({ speedup }) => speedup.estimate));
  truths.set(share, truth);
  const found = summarizeTrials(trials, truth);
  const isAsked = share >= 0.05;
  row({
    what: `A/B, ${percent(share)} of the work repeated: exclude 1, contain ${truth.toFixed(4)}`,
    found: `${found.right} of ${found.count} (${found.excludedOne} exclude 1, ${found.heldTruth} contain it)`,
    asked: isAsked ? `at least ${FEWEST_HELD}` : "(not required)",
    isMet: isAsked ? found.right >= FEWEST_HELD : undefined,
  });
}

async function checkOrder(): Promise<void> {
  const [one] = await checks.slower(0.25, 1, 5000);
  const [swapped] = await checks.swapped(0.25, 1, 5000);
  row({
    what: "order: swapping the kernels inverts the ratio",
    found: `${one!.speedup.estimate.toFixed(4)}, inverse ${(1 / swapped!.speedup.estimate).toFixed(4)}`,
    asked: "intervals overlap",
    isMet: isInverted(one!.speedup, swapped!.speedup),
  });
}

async function checkLoad(): Promise<void> {
  const truth = truths.get(0.25)!;
  const [loaded] = await checks.slower(0.25, 1, 10_000);
  const apart = Math.abs(loaded!.speedup.estimate / truth - 1);
  row({
    what: "load: the ratio with every processor busy, and its difference from the quiet one",
    found: `${loaded!.speedup.estimate.toFixed(4)}, ${percent(apart)} apart`,
    asked: "within 3 %",
    isMet: apart <= 0.03,
  });
}

/** Keeps every processor busy with a loop while `use` runs. */
async function underLoad(use: () => Promise<void>): Promise<void> {
  const loops: ChildProcess[] = [];
  for (let processor = 0; processor < availableParallelism(); processor++) {
    loops.push(spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
  }
  try {
    await use();
  } finally {
    for (const loop of loops) loop.kill("SIGKILL");
  }
}

function row(one: Row): void {
  rows.push(one);
  console.error(`${one.what}: ${one.found} (${one.asked})`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 2 : 0)} %`;
}
