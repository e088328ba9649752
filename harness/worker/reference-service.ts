import type { AdapterChoice } from "../adapter/adapter.ts";
import { SupervisedProcess } from "./supervised-process.ts";
import type { FromReferenceMaker, ReferenceNews, ToReferenceMaker } from "./worker-protocol.ts";

/** The references of one task: the ready ones, and listeners for the others. */
interface TaskReferences {
  readonly ready: number[];
  state: "being made" | "made" | { readonly failure: string };
  readonly listeners: Set<(news: ReferenceNews) => void>;
}

export interface FollowedReferences {
  readonly ready: readonly number[];
  readonly failure: string | undefined;
  stop(): void;
}

export interface ReferenceSetting {
  readonly script: string;
  readonly adapter: AdapterChoice;
  readonly seed: string;
  /** The folder for references. */
  readonly folder: string;
  /** See `Access`. */
  readonly isIsolated: boolean;
}

/** After this many deaths over one task, another process would die too: it was not just killed from outside. */
const MOST_DEATHS = 3;

/** Has references made in a separate process, each once, in the order of their first requests. */
export class ReferenceService {
  readonly #setting: ReferenceSetting;
  readonly #tasks = new Map<string, TaskReferences>();
  #process: SupervisedProcess<ToReferenceMaker, FromReferenceMaker> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(setting: ReferenceSetting) {
    this.#setting = setting;
  }

  get folder(): string {
    return this.#setting.folder;
  }

  /** Starts making a task's references, unless already started. */
  request(task: string): void {
    if (this.#tasks.has(task)) return;
    this.#tasks.set(task, { ready: [], state: "being made", listeners: new Set() });
    if (!this.#isClosed) this.#running();
    this.#last = this.#last.then(() => this.#make(task)).catch((error) => this.#fail(task, String(error)));
  }

  /**
   * Follows a task's references.
   *
   * @returns the ready ones, the failure if there will be no more, and a function that stops listening
   */
  follow(task: string, listener: (news: ReferenceNews) => void): FollowedReferences {
    this.request(task);
    const { listeners, state, ready } = this.#tasks.get(task)!;
    listeners.add(listener);
    const failure = typeof state === "object" ? state.failure : undefined;
    return { ready: [...ready], failure, stop: () => listeners.delete(listener) };
  }

  close(): void {
    this.#isClosed = true;
    this.#process?.kill();
  }

  /** Finished references are on disk: a fresh process continues where the last one died. */
  async #make(task: string): Promise<void> {
    const { seed, folder: referenceFolder, adapter } = this.#setting;
    const references = this.#tasks.get(task)!;
    let deaths = 0;
    while (!this.#isClosed) {
      const job = { task, seed, referenceFolder, adapterKind: adapter.kind, made: [...references.ready] };
      const outcome = await this.#running().request<{ readonly failure?: string }>(
        { type: "make", ...job },
        {
          onMessage(message, request) {
            if (message.type === "references-made") request.answer({});
            else if (message.type === "reference-failed") request.answer({ failure: message.message });
            else if (message.type === "reference-ready") {
              const { caseIndex } = message;
              references.ready.push(caseIndex);
              for (const listener of references.listeners) listener({ type: "reference-ready", caseIndex });
            }
          },
        },
      );
      if (outcome.kind === "answered") {
        if (outcome.answer.failure === undefined) references.state = "made";
        else this.#fail(task, outcome.answer.failure);
        return;
      }
      if (this.#isClosed || ++deaths < MOST_DEATHS) continue;
      const lastWords = outcome.kind === "died" ? outcome.exit.lastWords.trim() : "";
      return this.#fail(task, `the reference process died: ${lastWords || "no output"}`);
    }
  }

  #running(): SupervisedProcess<ToReferenceMaker, FromReferenceMaker> {
    const { script, adapter, folder, isIsolated } = this.#setting;
    if (this.#process?.hasEnded !== false) {
      this.#process = new SupervisedProcess(script, adapter, { writes: [folder], isIsolated });
    }
    return this.#process;
  }

  #fail(task: string, failure: string): void {
    const references = this.#tasks.get(task)!;
    references.state = { failure };
    for (const listener of references.listeners) listener({ type: "reference-failed", message: failure });
  }
}
