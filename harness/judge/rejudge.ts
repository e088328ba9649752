import { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import { KernelClock } from "../gpu/kernel-clock.ts";
import { waitPolitely } from "../gpu/polite-wait.ts";
import { Compiler } from "../gpu/program.ts";
import type { Verdict } from "../results/verdict.ts";
import type { Case } from "../task/case.ts";
import type { Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { judgeCase } from "./judge-case.ts";
import type { PoisonKind } from "./poison.ts";
import type { CaseReference } from "./reference.ts";

const ONCE: readonly PoisonKind[] = ["nan"];

/** Where a candidate's plans and the references of the cases come from. */
export interface Judged {
  readonly cases: readonly Case[];
  planOf(one: Pick<Case, "shape" | "params">): Plan | undefined;
  reference(one: Case): CaseReference | Promise<CaseReference>;
}

/** Judges changed plans of a candidate, for a diagnosis: all verdicts are known by then. */
export class Rejudge {
  readonly #device: Device;
  readonly #task: Task;
  readonly #judged: Judged;
  readonly #random = new Random(crypto.randomUUID(), "rejudge");

  constructor(device: Device, task: Task, judged: Judged) {
    // The candidate's clock has been read, and slow results no longer concern the supervisor.
    const kernelClock = new KernelClock(device.gpu, false);
    this.#device = { ...device, kernelClock, onSlowReadBack: undefined };
    this.#task = task;
    this.#judged = judged;
  }

  /** Whether modules are valid WGSL: far cheaper than making their pipelines. */
  async areValid(codes: readonly string[]): Promise<boolean[]> {
    const { gpu } = this.#device;
    gpu.pushErrorScope("validation");
    const infos = codes.map((code) => gpu.createShaderModule({ code }).getCompilationInfo());
    const [, ...found] = await waitPolitely(Promise.all([gpu.popErrorScope(), ...infos]));
    return found.map(({ messages }) => messages.every(({ type }) => type !== "error"));
  }

  /**
   * The verdicts on plans; undefined for those that do not compile, and once the device is lost.
   *
   * @param isOnce whether a single run of each suffices
   * @param isOver whether no more may run: the verdicts on the rest are undefined
   */
  async verdicts(
    caseIndex: number,
    plans: readonly Plan[],
    isOnce = false,
    isOver: () => boolean = () => false,
  ): Promise<(Verdict | undefined)[]> {
    const reference = await this.#judged.reference(this.#caseAt(caseIndex));
    // A compiler keeps all its pipelines, so each list has its own.
    const compiler = new Compiler(
      this.#device,
      this.#task.spec.inputs.map(({ name }) => name),
    );
    const compiling = plans.map((plan) => compiler.compile(plan));
    for (const compilation of compiling) compilation.catch(() => {});
    const verdicts: (Verdict | undefined)[] = [];
    try {
      for (const compilation of compiling) {
        const compiled = await compilation;
        if (isOver()) break;
        const judging = compiled.ok
          ? judgeCase(this.#device, this.#task, compiled.program, reference, this.#random, ...(isOnce ? [ONCE] : []))
          : undefined;
        verdicts.push((await judging)?.verdict);
      }
    } catch (error) {
      if (!this.#device.lost.isLost) throw error;
    }
    return plans.map((_, at) => verdicts[at]);
  }

  /** The candidate's plan for a case; undefined if it was refused. */
  planOf(caseIndex: number): Plan | undefined {
    return this.#judged.planOf(this.#caseAt(caseIndex));
  }

  #caseAt(caseIndex: number): Case {
    return this.#judged.cases.find(({ index }) => index === caseIndex)!;
  }
}
