import type { AdapterChoice } from "../gpu/adapter.ts";
import { Child } from "./child.ts";
import type { FromReferenceMaker, ReferenceNews, ToReferenceMaker } from "./messages.ts";

/** The references of one task: which are ready, and who waits for more. */
interface TaskReferences {
  readonly ready: number[];
  failure: string | undefined;
  readonly listeners: Set<(news: ReferenceNews) => void>;
}

export interface ReferenceSetting {
  readonly script: string;
  readonly adapter: AdapterChoice;
  readonly seed: string;
  /** Where references are written. */
  readonly folder: string;
}

/** Has references made, each once, in a process of its own, in the order in which they are first asked for. */
export class ReferenceService {
  readonly #setting: ReferenceSetting;
  readonly #child: Child<ToReferenceMaker, FromReferenceMaker>;
  readonly #tasks = new Map<string, TaskReferences>();
  #isClosed = false;

  constructor(setting: ReferenceSetting) {
    this.#setting = setting;
    this.#child = new Child(setting.script, setting.adapter.environment);
    this.#child.listen((message) => this.#hear(message));
    this.#child.exited.then(({ lastWords }) => {
      if (this.#isClosed) return;
      const failure = `the process that makes references ended: ${lastWords.trim() || "it said nothing"}`;
      for (const task of this.#tasks.keys()) this.#fail(task, failure);
    });
  }

  get folder(): string {
    return this.#setting.folder;
  }

  /** Begins to make a task's references, if that has not begun. */
  request(task: string): void {
    if (this.#tasks.has(task)) return;
    this.#tasks.set(task, { ready: [], failure: undefined, listeners: new Set() });
    const { seed, folder, adapter } = this.#setting;
    this.#child.send({ type: "make", task, seed, referenceFolder: folder, adapterKind: adapter.kind });
  }

  /**
   * Follows a task's references.
   *
   * @returns those that are ready, what has failed, and how to stop listening
   */
  follow(task: string, listener: (news: ReferenceNews) => void): { ready: readonly number[]; stop(): void } {
    this.request(task);
    const references = this.#tasks.get(task)!;
    references.listeners.add(listener);
    if (references.failure !== undefined) {
      listener({ type: "reference-failed", message: references.failure });
    }
    return { ready: [...references.ready], stop: () => references.listeners.delete(listener) };
  }

  close(): void {
    this.#isClosed = true;
    this.#child.kill();
  }

  #hear(message: FromReferenceMaker): void {
    if (message.type === "ready") return;
    if (message.type === "reference-failed") {
      this.#fail(message.task, message.message);
      return;
    }
    const { task, caseIndex } = message;
    const references = this.#tasks.get(task)!;
    references.ready.push(caseIndex);
    for (const listener of references.listeners) listener({ type: "reference-ready", caseIndex });
  }

  #fail(task: string, message: string): void {
    const references = this.#tasks.get(task)!;
    references.failure = message;
    for (const listener of references.listeners) listener({ type: "reference-failed", message });
  }
}
