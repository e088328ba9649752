import { Child, type ChildExit } from "./child.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { type Lateness, StageAlarm } from "./stage-alarm.ts";

/** How a request ended. */
export type RequestOutcome<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  /** It went on for longer than the limit in force. */
  | ({ readonly kind: "late"; readonly limitMs: number } & Lateness)
  | { readonly kind: "too large"; readonly mebibytes: number }
  /** `heldMuch`: so much memory that the system may have ended the process for it. */
  | { readonly kind: "died"; readonly exit: ChildExit; readonly heldMuch: boolean }
  /** The signal aborted. */
  | { readonly kind: "stopped" };

/** A request under way, as far as the process's messages decide about it. */
export interface OpenRequest<Answer> {
  /** Begins a stage with a limit of its own, and ends the one before. */
  limit(limitMs: number): void;
  answer(answer: Answer): void;
}

export interface RequestSetting<From, Answer> {
  /** In force until a message sets another. */
  readonly limitMs?: number;
  /** What the process may hold while it works on the request. */
  readonly mostMebibytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each message until the request has ended. */
  onMessage(message: From, request: OpenRequest<Answer>): void;
}

/** A confined process that works on one request at a time, and is ended if it does not answer. */
export class SupervisedProcess<To, From> extends Child<To, From> {
  /**
   * Sends a request and supervises the process until it answers. Whatever comes first decides. Unless that is the
   * answer, the process is ended.
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
