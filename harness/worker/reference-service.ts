import type { AdapterChoice } from "../adapter/adapter.ts";
import { Child } from "./child.ts";
import type { FromReferenceMaker, ReferenceNews, ToReferenceMaker } from "./worker-protocol.ts";

/** The references of one task: which are ready, and who waits for more. */
interface TaskReferences {
  readonly ready: number[];
  state: "being made" | "made" | { readonly failure: string };
  /** How often the process ended while it made them. */
  deaths: number;
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
  /** Where references are written. */
  readonly folder: string;
  /** See `Access`. */
  readonly isIsolated: boolean;
}

/** A process that ended this often over one task would do so again: the fault is not somebody who killed it. */
const MOST_DEATHS = 3;

/** Has references made, each once, in a process of its own, in the order in which they are first asked for. */
export class ReferenceService {
  readonly #setting: ReferenceSetting;
  readonly #tasks = new Map<string, TaskReferences>();
  #child: Child<ToReferenceMaker, FromReferenceMaker> | undefined;
  #isClosed = false;

  constructor(setting: ReferenceSetting) {
    this.#setting = setting;
  }

  get folder(): string {
    return this.#setting.folder;
  }

  /** Begins to make a task's references, if that has not begun. */
  request(task: string): void {
    if (this.#tasks.has(task)) return;
    this.#tasks.set(task, { ready: [], state: "being made", deaths: 0, listeners: new Set() });
    this.#ask(task);
  }

  /**
   * Follows a task's references.
   *
   * @returns those that are ready, why there will be no more, and how to stop listening
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
    this.#child?.kill();
  }

  #start(): Child<ToReferenceMaker, FromReferenceMaker> {
    const { script, adapter, folder, isIsolated } = this.#setting;
    const child = new Child<ToReferenceMaker, FromReferenceMaker>(script, adapter, { writes: [folder], isIsolated });
    child.listen((message) => this.#hear(message));
    child.exited.then(({ lastWords }) => this.#restart(lastWords.trim()));
    return child;
  }

  /** What was made lies on the disk: a fresh process goes on where the one that ended was. */
  #restart(lastWords: string): void {
    if (this.#isClosed) return;
    const unmade = [...this.#tasks].filter(([, { state }]) => state === "being made");
    const [atWork] = unmade;
    if (atWork !== undefined && ++atWork[1].deaths === MOST_DEATHS) {
      this.#fail(atWork[0], `the process that makes references ended: ${lastWords || "it said nothing"}`);
      unmade.shift();
    }
    this.#child = undefined;
    for (const [task] of unmade) this.#ask(task);
  }

  #ask(task: string): void {
    const { seed, folder, adapter } = this.#setting;
    const made = [...this.#tasks.get(task)!.ready];
    this.#child ??= this.#start();
    this.#child.send({ type: "make", task, seed, referenceFolder: folder, adapterKind: adapter.kind, made });
  }

  #hear(message: FromReferenceMaker): void {
    switch (message.type) {
      case "ready":
        break;
      case "reference-failed":
        this.#fail(message.task, message.message);
        break;
      case "references-made":
        this.#tasks.get(message.task)!.state = "made";
        break;
      case "reference-ready": {
        const { ready, listeners } = this.#tasks.get(message.task)!;
        ready.push(message.caseIndex);
        for (const listener of listeners) listener({ type: "reference-ready", caseIndex: message.caseIndex });
        break;
      }
    }
  }

  #fail(task: string, failure: string): void {
    const references = this.#tasks.get(task)!;
    references.state = { failure };
    for (const listener of references.listeners) listener({ type: "reference-failed", message: failure });
  }
}
