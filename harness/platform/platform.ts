/** What WebGPU and the event loop need from the surroundings. `#platform` is the one that the bundler's target has. */
export interface Platform {
  /** WebGPU's entry point: the same object for as long as the process lives. */
  gpu(): GPU;
  /** Settles after all events that wait now, such as Dawn's answers, have been handled. */
  eventLoopTurn(): Promise<void>;
  /** Blocks this thread. Undefined if WebGPU answers without this thread asking for it in every turn. */
  readonly sleep: ((ms: number) => void) | undefined;
}
