import type { AdapterChoice } from "../adapter/adapter.ts";
import type { GivenCase } from "../task/given-case.ts";
import { timeLimits } from "../task/limits.ts";
import { SupervisedProcess } from "./supervised-process.ts";
import type { TaskFault } from "./task-fault.ts";
import type { FromReferenceMaker, ReferenceNews, ToReferenceMaker } from "./worker-protocol.ts";

interface Failure {
  readonly failure: string;
  readonly fault?: TaskFault | undefined;
}

/** The references of one task: the ready ones, and listeners for the others. */
interface TaskReferences {
  readonly ready: number[];
  state: "being made" | "made" | Failure;
  readonly listeners: Set<(news: ReferenceNews) => void>;
  readonly onFinished: (() => void)[];
  /** Whether the outputs of a mistake on a case can be read; `key` names both. */
  readonly mistaken: Map<string, Promise<boolean>>;
  /** Mistakes whose kernels do not run. */
  readonly failedMistakes: Set<string>;
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
  /** See `withGivenCase`. */
  readonly given?: GivenCase | undefined;
  /** The folder for references. */
  readonly folder: string;
  /** See `Access`. */
  readonly isIsolated: boolean;
}

/** After this many deaths over one task, another process would die too: it was not just killed from outside. */
const MOST_DEATHS = 3;
const MOST_DEATHS_BY_MISTAKE = 2;

/**
 * Has references made in a separate process, each once, in the order of their first requests. The outputs of mistakes
 * are made there too, each when a diagnosis first needs it, before all further references.
 */
export class ReferenceService {
  readonly #setting: ReferenceSetting;
  readonly #tasks = new Map<string, TaskReferences>();
  #process: SupervisedProcess<ToReferenceMaker, FromReferenceMaker> | undefined;
  /** The tasks whose references are to be made, and the requests for mistakes, which go first. */
  readonly #tasksLeft: string[] = [];
  readonly #mistakesLeft: (() => Promise<void>)[] = [];
  #isWorking = false;
  #isMaking = false;
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
    this.#tasks.set(task, {
      ready: [],
      state: "being made",
      listeners: new Set(),
      onFinished: [],
      mistaken: new Map(),
      failedMistakes: new Set(),
    });
    this.#tasksLeft.push(task);
    this.#work();
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

  /** The fault in the task's definition or kernels that prevents references, if it is known by now. */
  faultOf(task: string): TaskFault | undefined {
    const state = this.#tasks.get(task)?.state;
    return typeof state === "object" ? state.fault : undefined;
  }

  /** The reason why a task has no more references, if it is known by now. */
  failureOf(task: string): string | undefined {
    const state = this.#tasks.get(task)?.state;
    return typeof state === "object" ? state.failure : undefined;
  }

  /** Waits until all references of a task are made, or one has failed. */
  async finished(task: string): Promise<void> {
    this.request(task);
    const references = this.#tasks.get(task)!;
    if (references.state === "being made") await new Promise<void>((resolve) => references.onFinished.push(resolve));
  }

  /**
   * Has the outputs of some of a task's mistakes made on a case, unless they have been.
   *
   * @returns those that can be read; a mistake whose kernel does not run is missing
   */
  async makeMistaken(task: string, caseIndex: number, mistakes: readonly string[]): Promise<string[]> {
    const { mistaken } = this.#tasks.get(task)!;
    const missing = mistakes.filter((mistake) => !mistaken.has(key(caseIndex, mistake)));
    if (missing.length > 0) {
      const made = new Promise<ReadonlySet<string>>((resolve) => {
        this.#mistakesLeft.push(async () =>
          resolve(await this.#tryMistakes(task, caseIndex, missing).catch(() => new Set())),
        );
      });
      for (const mistake of missing) {
        mistaken.set(
          key(caseIndex, mistake),
          made.then((readable) => readable.has(mistake)),
        );
      }
      if (this.#isMaking) this.#process?.send({ type: "pause" });
      this.#work();
    }
    const readable = await Promise.all(mistakes.map((mistake) => mistaken.get(key(caseIndex, mistake))));
    return mistakes.filter((_, at) => readable[at]);
  }

  close(): void {
    this.#isClosed = true;
    this.#process?.kill();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (;;) {
      const mistakes = this.#mistakesLeft.shift();
      const task = this.#tasksLeft[0];
      if (mistakes !== undefined) await mistakes();
      else if (task === undefined || this.#isClosed) break;
      else if ((await this.#make(task).catch((error) => this.#fail(task, { failure: String(error) }))) !== "paused") {
        this.#tasksLeft.shift();
        for (const resolve of this.#tasks.get(task)!.onFinished) resolve();
      }
    }
    this.#isWorking = false;
  }

  /** Finished references are on disk: a fresh process continues where the last one died. */
  async #make(task: string): Promise<"paused" | undefined> {
    const references = this.#tasks.get(task)!;
    let deaths = 0;
    while (!this.#isClosed) {
      this.#isMaking = true;
      const outcome = await this.#running().request<"made" | "paused" | Failure>(
        { type: "make", ...this.#subject(task), made: [...references.ready] },
        {
          onMessage(message, request) {
            if (message.type === "references-made") request.answer("made");
            else if (message.type === "references-paused") request.answer("paused");
            else if (message.type === "reference-failed") {
              request.answer({ failure: message.message, fault: message.fault });
            } else if (message.type === "reference-ready") {
              const { caseIndex } = message;
              references.ready.push(caseIndex);
              for (const listener of references.listeners) listener({ type: "reference-ready", caseIndex });
            }
          },
        },
      );
      this.#isMaking = false;
      if (outcome.kind === "answered") {
        const { answer } = outcome;
        if (answer === "paused") return answer;
        if (answer === "made") references.state = answer;
        else this.#fail(task, answer);
        return;
      }
      if (this.#isClosed || ++deaths < MOST_DEATHS) continue;
      const lastWords = outcome.kind === "died" ? outcome.exit.lastWords.trim() : "";
      this.#fail(task, { failure: `the reference process died: ${lastWords || "no output"}` });
      return;
    }
  }

  /** A mistake that hangs or kills the process loses its hint, and no other mistake's. */
  async #tryMistakes(task: string, caseIndex: number, mistakes: readonly string[]): Promise<ReadonlySet<string>> {
    const { failedMistakes } = this.#tasks.get(task)!;
    const made = new Set<string>();
    const left = mistakes.filter((mistake) => !failedMistakes.has(mistake));
    let deaths = 0;
    while (left.length > 0 && !this.#isClosed) {
      const outcome = await this.#running().request<true>(
        { type: "make-mistaken", ...this.#subject(task), caseIndex, mistakes: [...left] },
        {
          limitMs: timeLimits.mistakeMs,
          onMessage(message, request) {
            if (message.type === "mistakes-tried") request.answer(true);
            if (message.type !== "mistake-tried") return;
            const mistake = left.shift()!;
            if (message.isMade) made.add(mistake);
            else failedMistakes.add(mistake);
            deaths = 0;
            request.limit(timeLimits.mistakeMs);
          },
        },
      );
      if (outcome.kind === "late" || (outcome.kind === "died" && ++deaths === MOST_DEATHS_BY_MISTAKE)) {
        failedMistakes.add(left.shift()!);
        deaths = 0;
      }
    }
    return made;
  }

  #subject(task: string) {
    const { seed, given, folder: referenceFolder, adapter } = this.#setting;
    return { task, seed, given, referenceFolder, adapterKind: adapter.kind };
  }

  #running(): SupervisedProcess<ToReferenceMaker, FromReferenceMaker> {
    const { script, adapter, folder, isIsolated } = this.#setting;
    if (this.#process?.hasEnded !== false) {
      this.#process = new SupervisedProcess(script, adapter, { writes: [folder], isIsolated });
    }
    return this.#process;
  }

  #fail(task: string, failed: Failure): void {
    const references = this.#tasks.get(task)!;
    references.state = failed;
    for (const listener of references.listeners) listener({ type: "reference-failed", message: failed.failure });
  }
}

function key(caseIndex: number, mistake: string): string {
  return `${caseIndex} ${mistake}`;
}
