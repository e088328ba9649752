import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from "quickjs-emscripten-core";
import { platform } from "#platform";
import { fixedLimits, type JudgingLimits } from "../task/limits.ts";
import { BUNDLE_GLOBAL, SCRIPT_NAME } from "./bundle-format.ts";
import { PRELUDE } from "./sandbox-prelude.ts";

/** How a call in the engine ended. Texts are the candidate's and may hold anything. */
export type Ending =
  | { readonly kind: "value"; readonly value: unknown; readonly strings: readonly string[] }
  | { readonly kind: "late" | "out of memory" | "broken" | "no default export" | "promise" | "plan too large" }
  /** Interrupted before its processor time was used up: the machine is busy. */
  | { readonly kind: "interrupted"; readonly spentMs: number }
  | { readonly kind: "out of stack"; readonly stack: string }
  /** `what` describes the export. */
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
  /** The output of `console`. */
  readonly log: string;
  readonly logIsCut: boolean;
}

const PAGE_BYTES = 64 * 1024;

/** The limits that the engine itself enforces. */
export type EngineLimits = Pick<
  JudgingLimits,
  "planSeconds" | "planMemoryMebibytes" | "planSizeMebibytes" | "logCharacters"
>;

/** Processor time and wall time for a call. */
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
 * Memory for an engine that cannot grow past the limit. The engine's own limit is not enough: it is compiled without
 * allocation sizes, and so limits each allocation but not their sum.
 */
export function engineMemory(limits: EngineLimits): WebAssembly.Memory {
  // The engine is linked to start with 16 MiB.
  return new WebAssembly.Memory({ initial: 256, maximum: memoryBytes(limits) / PAGE_BYTES });
}

/** Whether an allocation may have failed. Arrays grow by half their size. */
function isMemoryShort(engine: QuickJSWASMModule, limits: EngineLimits): boolean {
  return engine.getWasmMemory().buffer.byteLength > memoryBytes(limits) / 2;
}

/**
 * Loads a script into a fresh engine state and calls its default export. Discard the engine unless the outcome
 * is a value.
 *
 * @param contextText the plan function's argument, as JSON
 * @param seed of `Math.random`, a whole number below 2³²
 * @param wallMs wall time after which it is ended in any case
 */
export function callInEngine(
  engine: QuickJSWASMModule,
  script: string,
  contextText: string,
  seed: number,
  limits: EngineLimits,
  wallMs: number,
): EngineOutcome {
  return untilTimeout(limits, wallMs, () => {
    const clock = new Stopwatch();
    const runtime = engine.newRuntime({
      memoryLimitBytes: planMemoryBytes(limits),
      maxStackSizeBytes: fixedLimits.planStackBytes,
      interruptHandler: () => clock.isOver(),
    });
    const context = runtime.newContext({ intrinsics: INTRINSICS });
    // Our own script does not count as the candidate's time: on a busy machine it may take up to the timeout of `vm`.
    clock.start(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    const prelude = loadPrelude(context, limits);
    clock.start(...callTimesMs(limits));
    const called = callPlan(context, prelude, script, contextText, seed);
    const isLate = clock.rang;
    // With no memory left for an error object the engine throws null.
    const isStarved = called.kind === "thrown" && called.what === "null" && isMemoryShort(engine, limits);
    const ending: Ending = isLate ? { kind: "late" } : isStarved ? { kind: "out of memory" } : called;
    // The log matters most after a failure: grant a little more time to read it.
    clock.start(OWN_TIME_MS, OWN_WALL_TIME_MS);
    const logText = callForText(context, prelude.readLog) ?? "0";
    if (ending.kind === "value") {
      for (const handle of Object.values(prelude)) handle.dispose();
      context.dispose();
      runtime.dispose();
    }
    return { ending, log: logText.slice(1), logIsCut: logText.startsWith("1") };
  });
}

/** Wall times after which a call is ended in any case: on an idle machine, and on any. */
export function wallTimesMs(limits: EngineLimits): [first: number, last: number] {
  const [processorMs, wallMs] = callTimesMs(limits);
  return [Math.ceil(processorMs) + OWN_WALL_TIME_MS, Math.ceil(wallMs) + 2 * OWN_WALL_TIME_MS];
}

/** Wall time for the repeat of an interrupted call, by which it has probably used up its processor time. */
export function nextWallMs(limits: EngineLimits, wallMs: number, spentMs: number): number {
  const likelyMs = (1.2 * callTimesMs(limits)[0] * wallMs) / Math.max(spentMs, 1);
  return Math.min(Math.ceil(likelyMs), wallTimesMs(limits)[1]);
}

/** Runs engine code, and ends it if the engine itself hangs. */
function untilTimeout(limits: EngineLimits, wallMs: number, run: () => EngineOutcome): EngineOutcome {
  const startMs = platform.processorMs();
  const without = (ending: Ending): EngineOutcome => ({ ending, log: "", logIsCut: false });
  try {
    // The engine checks its own deadline only between instructions; `[].indexOf.call({ length: 2 ** 53 })` is a single
    // one.
    const outcome = platform.callWithTimeout(run, wallMs);
    if (outcome !== "timed out") return outcome;
    const spentMs = platform.processorMs() - startMs;
    return without(spentMs >= callTimesMs(limits)[0] ? { kind: "late" } : { kind: "interrupted", spentMs });
  } catch (error) {
    // The process's own stack overflowed before the engine's limit.
    const isDeep = /call stack/.test(String((error as { message?: unknown }).message));
    return without(isDeep ? { kind: "out of stack", stack: "" } : { kind: "broken" });
  }
}

// Loading our own script and reading the log take far less, even on a busy machine.
const OWN_TIME_MS = 100;
const OWN_WALL_TIME_MS = 250;

/**
 * Checks a deadline. Processor time is the process's and may include other threads' work: it counts only once as much
 * wall time has passed.
 */
class Stopwatch {
  /** Whether the deadline was found to have passed since the start. */
  rang = false;
  #processorTimeMs = 0;
  #wallTimeMs = 0;
  #startMs = 0;
  /** Read at the first check: it takes a millisecond if the process has many threads, and most calls end before. */
  #startProcessorMs: number | undefined;

  start(processorTimeMs: number, wallTimeMs: number): void {
    this.rang = false;
    this.#processorTimeMs = processorTimeMs;
    this.#wallTimeMs = wallTimeMs;
    this.#startMs = performance.now();
    this.#startProcessorMs = undefined;
  }

  isOver(): boolean {
    const wallMs = performance.now() - this.#startMs;
    this.#startProcessorMs ??= platform.processorMs();
    if (wallMs <= this.#processorTimeMs) return false;
    const processorMs = platform.processorMs() - this.#startProcessorMs;
    const isOver = wallMs > this.#wallTimeMs || processorMs > this.#processorTimeMs;
    this.rang ||= isOver;
    return isOver;
  }
}

/** The whole language except its clock. */
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

/** Enough to report an error and the log. */
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

function callPlan(
  context: QuickJSContext,
  prelude: Prelude,
  script: string,
  contextText: string,
  seed: number,
): Ending {
  const loaded = context.evalCode(`${script}\n;${BUNDLE_GLOBAL}`, SCRIPT_NAME);
  if (loaded.error) return endingOf(callForText(context, prelude.thrown, loaded.error), "loading");
  const given = [loaded.value, context.newString(contextText), context.newNumber(seed)];
  const text = callForText(context, prelude.call, ...given);
  for (const handle of given) handle.dispose();
  return endingOf(text, "call");
}

/** Undefined if not even our own function could finish: time or memory is used up. */
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
