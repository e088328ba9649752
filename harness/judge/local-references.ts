import type { Device } from "../gpu/device.ts";
import type { Compiler } from "../gpu/program.ts";
import type { Case } from "../task/case.ts";
import type { DeviceContext } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { Outputs } from "./judge-case.ts";
import { runMistaken } from "./mistaken.ts";
import { BuiltInKernelError, type CaseReference, makeReference, plainCompiler } from "./reference.ts";

/** Keeps references for other processes. */
export interface ReferenceStore {
  find(one: Case): CaseReference | undefined;
  keep(reference: CaseReference): void;
}

/** The references of one task and seed, made in this process when they are first needed, and kept. */
export class LocalReferences {
  readonly #device: Device;
  readonly #context: DeviceContext;
  readonly #task: Task;
  readonly #seed: string;
  readonly #store: ReferenceStore | undefined;
  readonly #compiler: Compiler;
  readonly #references = new Map<number, Promise<CaseReference>>();
  readonly #mistaken = new Map<string, Promise<Outputs | undefined>>();

  /** @param device not that of submissions, which they may lose */
  constructor(device: Device, context: DeviceContext, task: Task, seed: string, store?: ReferenceStore) {
    this.#device = device;
    this.#context = context;
    this.#task = task;
    this.#seed = seed;
    this.#store = store;
    this.#compiler = plainCompiler(device, task);
  }

  reference(one: Case): Promise<CaseReference> {
    let reference = this.#references.get(one.index);
    if (reference === undefined) {
      reference = this.#findOrMake(one);
      this.#references.set(one.index, reference);
    }
    return reference;
  }

  async #findOrMake(one: Case): Promise<CaseReference> {
    const kept = this.#store?.find(one);
    if (kept !== undefined) return kept;
    const made = await makeReference(this.#device, this.#context, this.#task, one, this.#seed, this.#compiler);
    this.#store?.keep(made);
    return made;
  }

  /**
   * The outputs of those of the mistakes that run on a case.
   *
   * @param onMistake called before a mistake is run, which may hang
   */
  async mistaken(
    one: Case,
    mistakes: readonly string[],
    onMistake?: (mistake: string, one: Case) => void,
  ): Promise<Record<string, Outputs>> {
    const found: Record<string, Outputs> = {};
    for (const mistake of mistakes) {
      const key = `${one.index} ${mistake}`;
      let outputs = this.#mistaken.get(key);
      if (outputs === undefined) {
        onMistake?.(mistake, one);
        outputs = this.#runMistaken(one, mistake);
        this.#mistaken.set(key, outputs);
      }
      const known = await outputs;
      if (known !== undefined) found[mistake] = known;
    }
    return found;
  }

  async #runMistaken(one: Case, mistake: string): Promise<Outputs | undefined> {
    try {
      return await runMistaken(this.#device, this.#context, this.#task, one, this.#seed, mistake, this.#compiler);
    } catch (error) {
      if (error instanceof BuiltInKernelError) return undefined;
      throw error;
    }
  }
}
