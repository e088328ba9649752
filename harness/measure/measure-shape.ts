import type { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import { noRoomMessage, popErrorScopes, pushErrorScopes } from "../gpu/error-scopes.ts";
import { waitPolitely } from "../gpu/polite-wait.ts";
import type { Program } from "../gpu/program.ts";
import type { CaseReference } from "../judge/reference.ts";
import type { Refusal } from "../results/case-result.ts";
import type { Interval, ShapeMeasurement, StoppedBy } from "../results/measurement.ts";
import { integerOutputs, outputSizes } from "../task/case.ts";
import type { MeasureShape, Task } from "../task/task.ts";
import type { Clock } from "./clock.ts";
import { inputSetCopies, leastBytes, setsPerSample } from "./input-sets.ts";
import { halfWidth, median, medianInterval, widened } from "./interval.ts";
import { type BatchSize, batchSize, Schedule, type Sides, samplesOf } from "./schedule.ts";
import { Stopping } from "./stopping.ts";
import { TimedOutputs, type WrongOutput } from "./timed-outputs.ts";
import { type Contestant, type Run, Workbench } from "./workbench.ts";

/** The progress of a measurement. */
export interface MeasuringProgress {
  readonly step: "warming up" | "measuring the noise floor" | "measuring";
  readonly pairs: number;
  /** Half of the interval's width as a share, when last computed; absent before that. */
  readonly halfWidth?: number;
}

/** Two kernels to measure on one shape. */
export interface Contest {
  readonly device: Device;
  readonly clock: Clock;
  readonly task: Task;
  readonly measure: Omit<MeasureShape<string, string>, "name"> & { readonly name: string };
  readonly programs: Readonly<Record<Contestant, Program>>;
  /** The input sets, with references for their outputs. */
  readonly sets: readonly CaseReference[];
  readonly budgetMs: number;
  readonly adapterKind: "hardware" | "software";
  readonly random: Random;
  /** Called before each batch, which may hang. */
  onBatch?(progress: MeasuringProgress): void;
}

export type ShapeOutcome =
  | {
      readonly ok: true;
      readonly measurement: Omit<ShapeMeasurement, "rooflineShare" | "isImplausible">;
      /** Pairs of samples that the clock could not time. */
      readonly droppedCount: number;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** The additional share of the budget for the noise floor. */
const FLOOR_SHARE = 0.2;
/** Measuring fails after this many successive batches that the clock could not time. */
const MOST_UNTIMED_BATCHES = 20;
/** The fewest clock ticks in a sample, so that a tick is at most 1 %. */
const TICKS_PER_SAMPLE = 100;
/** Hardware clocks are coarser than their timestamps show. */
const HARDWARE_SAMPLE_NS = 100_000;

/**
 * How far the ratio of two pipelines moves from one process to the next: each has its own places in memory, which a
 * process keeps. See docs/measuring.md, "Accuracy".
 */
const PLACEMENT_SHARE = 0.005;

/** Measures the candidate against the baseline, and the baseline against itself. */
export async function measureShape(contest: Contest): Promise<ShapeOutcome> {
  const session = new Session(contest);
  try {
    return await session.measure();
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    // Reading back fails when the device is lost; its promise may settle a moment later.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { isLost, reason } = contest.device.lost;
    if (!isLost) throw error;
    const message = `The GPU device was lost while the kernel was measured (${reason.split("\n")[0]}).`;
    return { ok: false, refusal: { verdict: "device-lost", message, evidence: null } };
  } finally {
    session.close();
  }
}

/** Thrown if a kernel turns out not to be measurable. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

interface Series {
  readonly samples: readonly (readonly [number, number])[];
  /** The second side's time divided by the first's. */
  readonly ratio: Interval;
  readonly stoppedBy: StoppedBy;
  readonly busyShare: number;
}

/** A measurement in progress. */
class Session {
  readonly #contest: Contest;
  readonly #bench: Workbench;
  readonly #schedule: Schedule;
  readonly #outputs: TimedOutputs;
  readonly #caches: ReturnType<typeof inputSetCopies>;
  /** Pairs of samples that the clock could not time. */
  #droppedCount = 0;

  constructor(contest: Contest) {
    const { device, programs, sets, task, measure, random } = contest;
    this.#contest = contest;
    this.#caches = inputSetCopies(sets.length, leastBytes(task, measure.shape));
    pushErrorScopes(device.gpu);
    this.#bench = new Workbench({
      gpu: device.gpu,
      programs,
      inputSets: sets.map(({ problem }) => problem.inputs),
      copies: this.#caches.copies,
      outputSizes: outputSizes(task, measure.shape),
      integers: integerOutputs(task),
      typical: sets[0]!.typical,
      random,
    });
    this.#schedule = new Schedule(random, sets.length);
    this.#outputs = new TimedOutputs(task, sets);
  }

  async measure(): Promise<ShapeOutcome> {
    await this.#catchErrors();
    const { budgetMs, measure, task, sets, programs } = this.#contest;
    const size = await this.#warmUp();
    const floor = await this.#sample("measuring the noise floor", size, ["yardstick", "yardstick"], {
      budgetMs: FLOOR_SHARE * budgetMs,
    });
    const series = await this.#sample("measuring", size, ["candidate", "yardstick"], { budgetMs });
    const { runsPerSample } = size;
    const bytes = leastBytes(task, measure.shape);
    return {
      ok: true,
      droppedCount: this.#droppedCount,
      measurement: {
        name: measure.name,
        shape: measure.shape,
        params: measure.params,
        candidateNs: median(series.samples.map(([candidate]) => candidate)) / runsPerSample,
        yardstickNs: median(series.samples.map(([, yardstick]) => yardstick)) / runsPerSample,
        speedup: haveSamePipelines(programs) ? series.ratio : widened(series.ratio, PLACEMENT_SHARE),
        noiseFloor: floor.ratio,
        bytes,
        flops: task.spec.flops(measure.shape, measure.params),
        stoppedBy: series.stoppedBy,
        runsPerSample,
        inputSets: sets.length,
        inputSetBytes: sets.length * this.#caches.copies * bytes,
        caches: this.#caches.areCold ? "cold" : "warm",
        busyShare: series.busyShare,
        checkedOutputs: this.#outputs.checkedCount,
        samples: series.samples,
      },
    };
  }

  close(): void {
    this.#bench.destroy();
  }

  /**
   * Runs both kernels once on each input set, within half of the budget, and judges the candidate's outputs, so that
   * its correct outputs on these sets are known from here on.
   */
  async #warmUp(): Promise<BatchSize> {
    const { budgetMs, adapterKind, clock, task } = this.#contest;
    const startMs = performance.now();
    const times: Record<Contestant, number[]> = { candidate: [], yardstick: [] };
    for (let set = 0; set < this.#bench.setCount; set++) {
      if (set > 0 && performance.now() - startMs > budgetMs / 2) break;
      this.#contest.onBatch?.({ step: "warming up", pairs: set });
      for (const contestant of ["candidate", "yardstick"] as const) {
        const [durationNs] = await this.#time([{ contestant, set, isKept: contestant === "candidate" }], (wrong) => {
          const message = `Wrong on the measured shape: ${wrong.message}`;
          return new Refused({ ...wrong, message });
        });
        if (durationNs !== undefined) times[contestant].push(durationNs);
      }
    }
    const hardwareNs = adapterKind === "hardware" ? HARDWARE_SAMPLE_NS : 0;
    const leastSampleNs = Math.max(hardwareNs, TICKS_PER_SAMPLE * clock.tickNs);
    const typicalNs = (known: readonly number[]) => (known.length > 0 ? median(known) : 1);
    const runNs = { candidate: typicalNs(times.candidate), yardstick: typicalNs(times.yardstick) };
    return batchSize(runNs, leastSampleNs, clock, setsPerSample(task));
  }

  async #sample(
    step: MeasuringProgress["step"],
    size: BatchSize,
    sides: Sides,
    { budgetMs }: { readonly budgetMs: number },
  ): Promise<Series> {
    const { random } = this.#contest;
    const samples: [number, number][] = [];
    const stopping = new Stopping(budgetMs);
    const startMs = performance.now();
    let runningNs = 0;
    let untimedBatches = 0;
    let lastHalfWidth: number | undefined;
    const interval = () => {
      const ratios = samples.map(([first, second]) => second / first);
      const found = medianInterval(ratios, random);
      lastHalfWidth = halfWidth(found);
      return found;
    };
    for (;;) {
      const progress = { step, pairs: samples.length };
      this.#contest.onBatch?.(lastHalfWidth === undefined ? progress : { ...progress, halfWidth: lastHalfWidth });
      const batch = this.#schedule.batch(size, sides);
      const durationsNs = await this.#time(batch.runs, (wrong) => {
        const message = `Correct when checked, wrong when timed: ${wrong.message}`;
        return new Refused({ ...wrong, message });
      });
      for (const durationNs of durationsNs) runningNs += durationNs ?? 0;
      const timed = samplesOf(batch, durationsNs);
      samples.push(...timed);
      this.#droppedCount += size.pairs - timed.length;
      untimedBatches = timed.length === 0 ? untimedBatches + 1 : 0;
      if (untimedBatches === MOST_UNTIMED_BATCHES) {
        throw new Error(`the adapter's timestamps did not advance in ${untimedBatches} batches`);
      }
      const spentMs = performance.now() - startMs;
      const stoppedBy = stopping.verdict(samples.length, spentMs, interval);
      if (stoppedBy !== undefined) {
        return { samples, ratio: interval(), stoppedBy, busyShare: runningNs / 1e6 / spentMs };
      }
    }
  }

  /** Times a batch, and judges its kept output. */
  async #time(runs: readonly Run[], refuse: (wrong: WrongOutput) => Refused): Promise<(number | undefined)[]> {
    const { clock, device } = this.#contest;
    pushErrorScopes(device.gpu);
    this.#bench.beginBatch();
    const durationsNs = await clock.time(this.#bench, runs);
    await this.#catchErrors();
    const kept = await this.#bench.readKept();
    const wrong = kept && this.#outputs.judge(kept);
    if (wrong !== undefined) throw refuse(wrong);
    return durationsNs;
  }

  async #catchErrors(): Promise<void> {
    const { exhausted, invalid } = await waitPolitely(popErrorScopes(this.#contest.device.gpu));
    if (exhausted !== undefined) {
      throw new Refused({ verdict: "memory-limit", message: noRoomMessage(exhausted), evidence: null });
    }
    if (invalid !== undefined) throw new Refused({ verdict: "plan-error", message: invalid, evidence: null });
  }
}

function haveSamePipelines({ candidate, yardstick }: Contest["programs"]): boolean {
  const pipelines = ({ plan }: Program) =>
    JSON.stringify(plan.passes.map(({ code, entryPoint, constants }) => [code, entryPoint, constants]));
  return pipelines(candidate) === pipelines(yardstick);
}
