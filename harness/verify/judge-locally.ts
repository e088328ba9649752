import { Random } from "../../reference/random.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { type Device, deviceContext, openAdapter, openDevice } from "../gpu/device.ts";
import {
  type Diagnosis,
  type JudgeSetting,
  judgeSubmission,
  type SubmissionJudgement,
} from "../judge/judge-submission.ts";
import type { KeptDevices } from "../judge/kept-devices.ts";
import { LocalReferences, type ReferenceStore } from "../judge/local-references.ts";
import type { CaseReference } from "../judge/reference.ts";
import { withLead } from "../results/lead.ts";
import { leadingCase, type Verdict } from "../results/verdict.ts";
import { type Case, listCases } from "../task/case.ts";
import type { DeviceContext, PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";

export interface LocalJudgement extends SubmissionJudgement, Pick<Diagnosis, "mistake" | "findings"> {
  readonly verdict: Verdict;
  /** Of the leading case, after the most informative finding. */
  readonly message: string;
}

export interface LocalOptions {
  /** Random by default. */
  readonly seed?: string;
  /** The cases to judge; all by default. */
  readonly only?: (one: Case) => boolean;
  /** Stores references for other processes; without it they are computed again. */
  readonly store?: ReferenceStore;
  /** Shares devices with other judges; by default each judgement opens its own. */
  readonly devices?: KeptDevices;
}

/** Options for a single plan function. */
export interface JudgeOptions extends Pick<JudgeSetting, "onStage" | "onCase" | "isEnough" | "shows"> {
  /** The judge's cases to use; all by default. */
  readonly only?: (one: Case) => boolean;
  /** Called before the task's mistake is run on a case, which may hang. */
  onMistake?(mistake: string, one: Case): void;
  /** Whether the judge's shared devices are not used. */
  readonly onOwnDevice?: boolean;
  /** Whether a diagnosis tries repairs of the kernel, each a compilation. */
  readonly triesRepairs?: boolean;
}

/**
 * Judges trusted plan functions in this process, without sandbox, worker or log: for the tests of built-in kernels and
 * of judging itself. References are made once per task and seed.
 */
export class LocalJudge<K extends string, P extends string> {
  readonly seed: string;
  readonly cases: readonly Case[];
  readonly #task: Task;
  readonly #context: DeviceContext;
  readonly #device: Device;
  readonly #references: LocalReferences;
  readonly #devices: KeptDevices | undefined;

  private constructor(
    task: Task<K, P>,
    seed: string,
    adapter: GPUAdapter,
    device: Device,
    { only = () => true, store, devices }: LocalOptions,
  ) {
    this.#task = task as unknown as Task;
    this.seed = seed;
    this.cases = listCases(this.#task, seed).filter(only);
    this.#context = deviceContext(adapter, adapter.info.isFallbackAdapter ? "software" : "hardware");
    this.#device = device;
    this.#devices = devices;
    this.#references = new LocalReferences(device, this.#context, this.#task, seed, store);
  }

  static async open<K extends string, P extends string>(
    task: Task<K, P>,
    options: LocalOptions = {},
  ): Promise<LocalJudge<K, P>> {
    return new LocalJudge(task, options.seed ?? crypto.randomUUID(), await openAdapter(), await openDevice(), options);
  }

  /** Releases the device, for tests that open many judges in succession. */
  close(): void {
    this.#device.gpu.destroy();
  }

  get context(): DeviceContext {
    return this.#context;
  }

  reference(one: Case): Promise<CaseReference> {
    return this.#references.reference(one);
  }

  async judge(
    plan: PlanFunction<K, P>,
    { only = () => true, onMistake, onOwnDevice = false, triesRepairs = false, ...watch }: JudgeOptions = {},
  ): Promise<LocalJudgement> {
    const { spec } = this.#task;
    const judgement = await judgeSubmission({
      ...watch,
      context: this.#context,
      task: this.#task,
      devices: onOwnDevice ? undefined : this.#devices,
      cases: this.cases.filter(only),
      random: new Random(this.seed, "poison"),
      plan: (shape, params) => ({
        ok: true,
        plan: (plan as unknown as PlanFunction)({ task: spec.name, shape, params, device: this.#context }),
      }),
      reference: (one) => this.reference(one),
      locator: async () => (place) => ({
        kind: "source",
        file: "<WGSL>",
        line: place.line,
        column: place.column,
        frame: "",
      }),
      diagnose: ({ rejudge, ...symptoms }) =>
        diagnose(triesRepairs ? { ...symptoms, rejudge } : symptoms, (caseIndex, mistakes) =>
          this.#references.mistaken(this.cases.find(({ index }) => index === caseIndex)!, mistakes, onMistake),
        ),
    });
    const leading = leadingCase(judgement.cases);
    const { mistake, findings = [] } = judgement.diagnosis ?? {};
    const message = withLead(leading?.message ?? "", mistake, findings);
    return { ...judgement, verdict: leading?.verdict ?? "accepted", message, mistake, findings };
  }
}
