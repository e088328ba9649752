import { createContext, Script } from "node:vm";
import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from "quickjs-emscripten";
import { fixedLimits, type JudgingLimits } from "../limits.ts";
import { BUNDLE_GLOBAL } from "./bundle-format.ts";
import { PRELUDE } from "./sandbox-prelude.ts";
import { SCRIPT_NAME } from "./stack-place.ts";

/** How a call in the engine ended. Texts are the candidate's and may hold anything. */
export type Ending =
  | { readonly kind: "value"; readonly value: unknown; readonly strings: readonly string[] }
  | { readonly kind: "late" | "out of memory" | "broken" | "no default export" | "promise" | "plan too large" }
  | { readonly kind: "out of stack"; readonly stack: string }
  /** `what` is exported instead. */
  | { readonly kind: "default export not a function"; readonly what: string }
  | Thrown;

export interface Thrown {
  readonly kind: "thrown";
  /** While the module was loaded, or by the plan function. */
  readonly during: "loading" | "call";
  /** Whether it is an `Error`; otherwise `what` describes it. */
  readonly isError: boolean;
  readonly what: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export interface EngineOutcome {
  readonly ending: Ending;
  /** What was written with `console`. */
  readonly log: string;
  readonly logIsCut: boolean;
}

const PAGE_BYTES = 64 * 1024;

/** What of the limits the engine itself is held to. */
export type EngineLimits = Pick<
  JudgingLimits,
  "planSeconds" | "planMemoryMebibytes" | "planSizeMebibytes" | "logCharacters"
>;

/** Processor time and time on the wall for a call. */
function callTimesMs({ planSeconds }: EngineLimits): [processorMs: number, wallMs: number] {
  return [1000 * planSeconds, 1000 * planSeconds * fixedLimits.planWallTimes];
}

function planMemoryBytes({ planMemoryMebibytes }: EngineLimits): number {
  return planMemoryMebibytes * 2 ** 20;
}

function memoryBytes(limits: EngineLimits): number {
  return planMemoryBytes(limits) + fixedLimits.engineMemoryBytes;
}

/**
 * Memory for an engine, which cannot grow past the limit. The engine's own limit is not enough: it is compiled without
 * knowing the size of what it allocated, and so bounds each allocation but not their sum.
 */
export function engineMemory(limits: EngineLimits): WebAssembly.Memory {
  // The engine is linked to begin with 16 MiB.
  return new WebAssembly.Memory({ initial: 256, maximum: memoryBytes(limits) / PAGE_BYTES });
}

/** Whether an allocation may have failed. Arrays ask for half as much again when they grow. */
function isMemoryShort(engine: QuickJSWASMModule, limits: EngineLimits): boolean {
  return engine.getWasmMemory().buffer.byteLength > memoryBytes(limits) / 2;
}

/** A script that an engine has loaded. The engine is its own: nothing else may run in it. */
export class LoadedScript {
  readonly #engine: QuickJSWASMModule;
  readonly #context: QuickJSContext;
  readonly #prelude: Prelude;
  readonly #exports: QuickJSHandle;
  readonly #clock: Stopwatch;
  readonly #limits: EngineLimits;
  /** The engine's memory as it was when the script had been loaded. */
  readonly #loadedMemory: Uint8Array;

  private constructor(
    engine: QuickJSWASMModule,
    context: QuickJSContext,
    prelude: Prelude,
    exports: QuickJSHandle,
    clock: Stopwatch,
    limits: EngineLimits,
  ) {
    this.#engine = engine;
    this.#context = context;
    this.#prelude = prelude;
    this.#exports = exports;
    this.#clock = clock;
    this.#limits = limits;
    this.#loadedMemory = usedPart(memoryOf(engine));
  }

  /**
   * Loads a script into a fresh engine.
   *
   * @returns how loading ended, if not well: the engine must be dropped then
   */
  static load(engine: QuickJSWASMModule, script: string, limits: EngineLimits): LoadedScript | EngineOutcome {
    return uninterrupted(limits, () => {
      const clock = new Stopwatch();
      const runtime = engine.newRuntime({
        memoryLimitBytes: planMemoryBytes(limits),
        maxStackSizeBytes: fixedLimits.planStackBytes,
        interruptHandler: () => clock.isOver(),
      });
      const context = runtime.newContext({ intrinsics: INTRINSICS });
      clock.start(...callTimesMs(limits));
      const prelude = loadPrelude(context, limits);
      const loaded = context.evalCode(`${script}\n;${BUNDLE_GLOBAL}`, SCRIPT_NAME);
      if (!loaded.error) return new LoadedScript(engine, context, prelude, loaded.value, clock, limits);
      const ending = endingOf(callForText(context, prelude.thrown, loaded.error), "loading");
      return outcomeOf(engine, context, prelude, clock, limits, ending);
    });
  }

  /**
   * Calls the default export. Whatever was called before, the engine's memory is as it was when the script had been
   * loaded: a call can leave nothing behind for the next. The script must be dropped unless the outcome is a value.
   *
   * @param contextText the plan function's argument, as JSON
   * @param seed of `Math.random`, a whole number below 2³²
   */
  call(contextText: string, seed: number): EngineOutcome {
    memoryOf(this.#engine).set(this.#loadedMemory);
    return uninterrupted(this.#limits, () => {
      const context = this.#context;
      this.#clock.start(...callTimesMs(this.#limits));
      const given = [context.newString(contextText), context.newNumber(seed)];
      const text = callForText(context, this.#prelude.call, this.#exports, ...given);
      for (const handle of given) handle.dispose();
      return outcomeOf(this.#engine, context, this.#prelude, this.#clock, this.#limits, endingOf(text, "call"));
    });
  }
}

function memoryOf(engine: QuickJSWASMModule): Uint8Array {
  return new Uint8Array(engine.getWasmMemory().buffer);
}

const EMPTY_PAGE = Buffer.alloc(PAGE_BYTES);

/** A copy of the memory up to the last page in use. The allocator's own mark lies behind all that is allocated. */
function usedPart(memory: Uint8Array): Uint8Array {
  let end = memory.length;
  while (end > 0 && EMPTY_PAGE.equals(memory.subarray(end - PAGE_BYTES, end))) end -= PAGE_BYTES;
  return memory.slice(0, end);
}

/** Runs what the engine does, and ends it where the engine itself does not come back. */
function uninterrupted<T>(limits: EngineLimits, run: () => T): T | EngineOutcome {
  let result: T | undefined;
  guard.run = () => {
    result = run();
  };
  try {
    // The engine looks at its own deadline only between instructions; `[].indexOf.call({ length: 2 ** 53 })` is a single
    // one. The timeout of `vm` ends WebAssembly wherever it is.
    GUARDED.runInContext(guard, { timeout: Math.ceil(callTimesMs(limits)[1]) + 2 * LOG_WALL_TIME_MS });
  } catch (error) {
    return { ending: endingOfHostError(error), log: "", logIsCut: false };
  }
  return result!;
}

const guard = createContext({ run: () => {} });
const GUARDED = new Script("run()");

function endingOfHostError(error: unknown): Ending {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return { kind: "late" };
  // The process's own stack ended before the engine's limit.
  if (/call stack/.test(String(message))) return { kind: "out of stack", stack: "" };
  return { kind: "broken" };
}

function outcomeOf(
  engine: QuickJSWASMModule,
  context: QuickJSContext,
  prelude: Prelude,
  clock: Stopwatch,
  limits: EngineLimits,
  called: Ending,
): EngineOutcome {
  const isLate = clock.rang;
  // With no memory left for an error object the engine throws null.
  const isStarved = called.kind === "thrown" && called.what === "null" && isMemoryShort(engine, limits);
  const ending: Ending = isLate ? { kind: "late" } : isStarved ? { kind: "out of memory" } : called;
  // What was logged is worth most when something went wrong: grant a little more time to read it.
  clock.start(LOG_TIME_MS, LOG_WALL_TIME_MS);
  const logText = callForText(context, prelude.readLog) ?? "0";
  return { ending, log: logText.slice(1), logIsCut: logText.startsWith("1") };
}

// Reading the log takes far less, even when the machine is busy.
const LOG_TIME_MS = 100;
const LOG_WALL_TIME_MS = 250;

/**
 * Tells when a time is over. Processor time is the process's, so other threads' work may be in it: it counts only once as
 * much has passed on the wall.
 */
class Stopwatch {
  /** Whether the time was found to be over since it was started. */
  rang = false;
  #processorTimeMs = 0;
  #wallTimeMs = 0;
  #startMs = 0;
  #startCpu = process.cpuUsage();

  start(processorTimeMs: number, wallTimeMs: number): void {
    this.rang = false;
    this.#processorTimeMs = processorTimeMs;
    this.#wallTimeMs = wallTimeMs;
    this.#startMs = performance.now();
    this.#startCpu = process.cpuUsage();
  }

  isOver(): boolean {
    const wallMs = performance.now() - this.#startMs;
    if (wallMs <= this.#processorTimeMs) return false;
    const { user, system } = process.cpuUsage(this.#startCpu);
    const isOver = wallMs > this.#wallTimeMs || (user + system) / 1000 > this.#processorTimeMs;
    this.rang ||= isOver;
    return isOver;
  }
}

/** All of the language but its clock. */
const INTRINSICS = {
  BaseObjects: true,
  Date: false,
  Eval: true,
  StringNormalize: true,
  RegExp: true,
  JSON: true,
  Proxy: true,
  MapSet: true,
  TypedArrays: true,
  Promise: true,
};

/** Enough to write down an error and the log. */
const RESERVE_BYTES = 256 * 1024;

/** The functions of `sandbox-prelude.ts`. */
interface Prelude {
  readonly call: QuickJSHandle;
  readonly thrown: QuickJSHandle;
  readonly readLog: QuickJSHandle;
}

function loadPrelude(context: QuickJSContext, { planSizeMebibytes, logCharacters }: EngineLimits): Prelude {
  const { planDepth, messageChars } = fixedLimits;
  const bounds = JSON.stringify({
    planChars: planSizeMebibytes * 2 ** 20,
    planDepth,
    logChars: logCharacters,
    messageChars,
    reserveBytes: RESERVE_BYTES,
  });
  const functions = context.unwrapResult(context.evalCode(`${PRELUDE.trim()}(${bounds})`, "kernelmark.js"));
  const [call, thrown, readLog] = ["call", "thrown", "readLog"].map((name) => context.getProp(functions, name));
  functions.dispose();
  return { call: call!, thrown: thrown!, readLog: readLog! };
}

/** Undefined where not even our own function could finish: time or memory is used up. */
function callForText(context: QuickJSContext, callee: QuickJSHandle, ...args: QuickJSHandle[]): string | undefined {
  const result = context.callFunction(callee, context.undefined, ...args);
  if (result.error) return undefined;
  const text = context.getString(result.value);
  result.value.dispose();
  return text;
}

function endingOf(text: string | undefined, during: "loading" | "call"): Ending {
  if (text === undefined) return { kind: "out of memory" };
  const ending = JSON.parse(text) as Ending;
  if (ending.kind !== "thrown") return ending;
  const { message, name, stack } = ending;
  if (name === "InternalError" && /^(out of memory|string too long)$/.test(message)) return { kind: "out of memory" };
  // The parser of the engine reports it as a SyntaxError.
  if (message === "stack overflow") return { kind: "out of stack", stack };
  return { ...ending, during };
}
