import type { PeerInputs } from "./peer-inputs.ts";

export type Outputs = Readonly<Record<string, ArrayLike<number>>>;

/** One way to do a task's work, ready to run: inputs are on the GPU, pipelines are compiled at the first run. */
export interface Contestant {
  readonly name: string;
  /** What a user writes, if the task's name does not say it. */
  readonly how?: string;
  /** From the call to the end of the GPU's work: the timed span. Outputs stay on the GPU. */
  run(): Promise<void>;
  /** Frees what the last run left, and waits until the GPU is idle; not timed. */
  release(): Promise<void>;
  /** Runs once more, and reads the outputs. */
  read(): Promise<Outputs>;
}

/** A library that was opened in this process. */
export interface Peer {
  /** @returns the peer's ways to do the task; none if it has no expression for it */
  contestants(task: string, given: PeerInputs): Promise<readonly Contestant[]>;
}
