import { Child, type ChildExit } from "./child.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { type Lateness, StageAlarm } from "./stage-alarm.ts";

/** The outcome of a request. */
export type RequestOutcome<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  /** It exceeded the current time limit. */
  | ({ readonly kind: "late"; readonly limitMs: number } & Lateness)
  | { readonly kind: "too large"; readonly mebibytes: number }
  /** `heldMuch`: so much memory that the system may have killed the process for it. */
  | { readonly kind: "died"; readonly exit: ChildExit; readonly heldMuch: boolean }
  /** The signal aborted. */
  | { readonly kind: "stopped" };

/** A request in progress, as seen by the handler of the process's messages. */
export interface OpenRequest<Answer> {
  /** Starts a stage with its own limit, and ends the previous one. */
  limit(limitMs: number): void;
  answer(answer: Answer): void;
}

export interface RequestSetting<From, Answer> {
  /** The limit until a message sets another. */
  readonly limitMs?: number;
  /** The process's memory limit during the request. */
  readonly mostMebibytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each message until the request has ended. */
  onMessage(message: From, request: OpenRequest<Answer>): void;
}

/** A confined process that handles one request at a time, and is killed if it does not answer. */
export class SupervisedProcess<To, From> extends Child<To, From> {
  /**
   * Sends a request and supervises the process until it answers. The first event decides: unless it is the answer, the
   * process is killed.
   */
  async request<Answer>(message: To, setting: RequestSetting<From, Answer>): Promise<RequestOutcome<Answer>> {
    const { limitMs, mostMebibytes, signal, onMessage } = setting;
    const alarm = new StageAlarm(this);
    let memory: MemoryWatch | undefined;
    let stop = () => {};
    const outcome = await new Promise<RequestOutcome<Answer>>((resolve) => {
      let isOpen = true;
      const settle = (ended: RequestOutcome<Answer>) => {
        if (!isOpen) return;
        isOpen = false;
        this.listen(() => {});
        alarm.clear();
        memory?.stop();
        signal?.removeEventListener("abort", stop);
        resolve(ended);
      };
      const request: OpenRequest<Answer> = {
        limit: (ms) => alarm.set(ms, (lateness) => settle({ kind: "late", limitMs: ms, ...lateness })),
        answer: (answer) => settle({ kind: "answered", answer }),
      };
      this.listen((heard) => onMessage(heard, request));
      this.exited.then((exit) => settle({ kind: "died", exit, heldMuch: memory?.heldMuch ?? false }));
      stop = () => settle({ kind: "stopped" });
      if (signal?.aborted) return stop();
      signal?.addEventListener("abort", stop);
      if (mostMebibytes !== undefined) {
        memory = new MemoryWatch(this, mostMebibytes, () => settle({ kind: "too large", mebibytes: mostMebibytes }));
      }
      if (limitMs !== undefined) request.limit(limitMs);
      this.send(message);
    });
    if (outcome.kind !== "answered") this.kill();
    return outcome;
  }
}
