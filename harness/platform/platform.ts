/** The environment's part in WebGPU and the event loop. `#platform` resolves to the file for the bundler's target. */
export interface Platform {
  /** WebGPU's entry point: the same object for the lifetime of the process. */
  gpu(): GPU;
  /** The options that select this process's adapter. */
  requestOptions(): GPURequestAdapterOptions;
  /** Settles once all pending events, such as Dawn's answers, have been handled. */
  eventLoopTurn(): Promise<void>;
  /** Blocks this thread. Undefined if WebGPU answers without polling from this thread. */
  readonly sleep: ((ms: number) => void) | undefined;
  /** The processor time that this process has used. Wall time in browsers, which do not tell. */
  processorMs(): number;
  /**
   * Calls a function that may never return, and ends it. Browsers cannot: there the page ends the whole worker.
   *
   * @throws what the function throws
   */
  callWithTimeout<T>(call: () => T, timeoutMs: number): T | "timed out";
}
