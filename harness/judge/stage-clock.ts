import type { AttemptTimings } from "../results/attempt.ts";
import type { JudgingTimes, Stage } from "./judge-submission.ts";

/** Sums the time of each kind of stage. */
export class StageClock {
  #stage: Stage["stage"] | undefined;
  #since = performance.now();
  readonly #spent: Record<Stage["stage"], number> = {
    plan: 0,
    compile: 0,
    run: 0,
    "read-back": 0,
    reference: 0,
    diagnose: 0,
  };

  enter(stage: Stage["stage"] | undefined): void {
    const now = performance.now();
    if (this.#stage !== undefined) this.#spent[this.#stage] += now - this.#since;
    this.#stage = stage;
    this.#since = now;
  }

  timings({ kernelMs, compiledMeanwhileMs }: JudgingTimes): Omit<AttemptTimings, "bundleMs"> {
    this.enter(undefined);
    const { plan, compile, run, "read-back": readBack, reference, diagnose } = this.#spent;
    return {
      planMs: plan - compiledMeanwhileMs,
      compileMs: compile + compiledMeanwhileMs,
      runMs: run + readBack,
      kernelMs,
      referenceMs: reference,
      diagnoseMs: diagnose,
    };
  }
}
