import type { QuickJSWASMModule } from "quickjs-emscripten-core";
import { defaultLimits } from "../task/limits.ts";
import type { PlanContext } from "../task/plan.ts";
import type { Place } from "../text/code-frame.ts";
import { printable, printableLines } from "../text/printable.ts";
import { BUNDLE_GLOBAL } from "./bundle-format.ts";
import {
  callInEngine,
  type EngineLimits,
  type EngineOutcome,
  engineMemory,
  nextWallMs,
  type Thrown,
  wallTimesMs,
} from "./engine-call.ts";
import { decodeValue } from "./sandbox-value.ts";

/** The result of one call of a plan function. `log` is its `console` output, printable. */
export type PlanCall =
  /** Not checked yet: `checkPlan` checks whether the value is a plan. */
  | { readonly ok: true; readonly value: unknown; readonly log: string }
  | {
      readonly ok: false;
      readonly verdict: "plan-error" | "time-limit" | "memory-limit";
      /** Sentences for the candidate, printable. */
      readonly message: string;
      /** Where it happened in the candidate's files. */
      readonly place?: Place;
      readonly log: string;
    };

/** A typical plan function, for `warmSandbox`. */
const WARMING_SCRIPT = `var ${BUNDLE_GLOBAL} = { default: ({ shape }) => ({
  scratch: { sums: 4 * shape.rows },
  passes: [0, 1].map((pass) => ({
    code: "fn main() {}".repeat(40), constants: { ROWS: shape.rows }, bindings: ["x", "y"], workgroups: [Math.ceil(pass / 64)],
  })),
}) };`;
/** After these, the code that a call uses is compiled, and a call takes a tenth of the first one's time. */
const WARMING_CALLS = 2;

/** A loaded and warmed engine: loading and warming one takes longer than a plan. */
let spareEngine: QuickJSWASMModule | undefined;

/**
 * Loads an engine and calls a plan function a few times while the process waits for a submission, so that the first
 * real call is fast.
 */
export async function warmSandbox(): Promise<void> {
  const engine = await loadEngine(defaultLimits);
  const device = { features: [], limits: {}, subgroupMinSize: 0, subgroupMaxSize: 0, kind: "software" } as const;
  for (let call = 0; call < WARMING_CALLS; call++) {
    const context = JSON.stringify({ task: "", shape: { rows: call }, params: {}, device });
    callInEngine(engine, WARMING_SCRIPT, context, 0, defaultLimits, wallTimesMs(defaultLimits)[1]);
  }
  spareEngine = engine;
}

/**
 * A bundled script in a JavaScript engine compiled to WebAssembly, without access to the outside. Each call of its plan
 * function has a fresh engine state: the same script and context give the same result, regardless of earlier calls.
 */
export class Sandbox {
  readonly #script: string;
  readonly #sourceMap: string | undefined;
  readonly #limits: EngineLimits;
  #engine: QuickJSWASMModule | undefined;

  /** @param sourceMap of the script, as JSON, to find the place of an error in the candidate's files */
  constructor(script: string, sourceMap?: string, limits: EngineLimits = defaultLimits) {
    this.#script = script;
    this.#sourceMap = sourceMap;
    this.#limits = limits;
  }

  /** Calls the plan function that the script exports. Never throws for a candidate's fault. */
  async plan(context: PlanContext): Promise<PlanCall> {
    const { task, shape, params } = context;
    const seed = seedOf(JSON.stringify([task, shape, params]));
    let [wallMs, lastMs] = wallTimesMs(this.#limits);
    const call = (engine: QuickJSWASMModule) =>
      callInEngine(engine, this.#script, JSON.stringify(context), seed, this.#limits, wallMs);
    let engine = this.#engine ?? takeSpareEngine(this.#limits) ?? (await loadEngine(this.#limits));
    let outcome = call(engine);
    // The same script and context give the same result, so repeating the call does not show.
    while (outcome.ending.kind === "interrupted" && wallMs < lastMs) {
      wallMs = nextWallMs(this.#limits, wallMs, outcome.ending.spentMs);
      engine = await loadEngine(this.#limits);
      outcome = call(engine);
    }
    // A plan function that was stopped may have left the engine's memory inconsistent or nearly full.
    this.#engine = outcome.ending.kind === "value" ? engine : undefined;
    return callOf(outcome, this.#sourceMap, this.#limits);
  }
}

function takeSpareEngine(limits: EngineLimits): QuickJSWASMModule | undefined {
  if (limits.planMemoryMebibytes !== defaultLimits.planMemoryMebibytes) return undefined;
  const engine = spareEngine;
  spareEngine = undefined;
  return engine;
}

/** Takes some 20 ms the first time in a process and 5 ms later. */
async function loadEngine(limits: EngineLimits): Promise<QuickJSWASMModule> {
  const [{ newQuickJSWASMModuleFromVariant, newVariant }, { default: release }] = await Promise.all([
    import("quickjs-emscripten-core"),
    import("@jitl/quickjs-wasmfile-release-sync"),
  ]);
  return newQuickJSWASMModuleFromVariant(newVariant(release, { wasmMemory: engineMemory(limits) }));
}

const EXAMPLE = "`export default function plan({ shape }) { … }`";

async function callOf(outcome: EngineOutcome, sourceMap: string | undefined, limits: EngineLimits): Promise<PlanCall> {
  const log =
    printableLines(outcome.log) + (outcome.logIsCut ? `\n(cut after ${limits.logCharacters} characters)` : "");
  const fail = async (message: string, stack = ""): Promise<PlanCall> => {
    // Loaded here, since most processes never need it.
    const { stackPlace } = await import("./stack-place.ts");
    const place = sourceMap === undefined ? undefined : stackPlace(stack, sourceMap);
    return { ok: false, verdict: "plan-error", message, ...(place && { place }), log };
  };
  const { ending } = outcome;
  switch (ending.kind) {
    case "value":
      return { ok: true, value: decodeValue(ending.value, ending.strings), log };
    case "late":
    case "interrupted": {
      const message = `The plan function did not finish within ${limits.planSeconds} s. Look for an infinite loop.`;
      return { ok: false, verdict: "time-limit", message, log };
    }
    case "out of memory": {
      const message = `The plan function needs more than ${limits.planMemoryMebibytes} MiB of memory. Look for an array or string that grows without bound.`;
      return { ok: false, verdict: "memory-limit", message, log };
    }
    case "out of stack":
      return fail("The plan function exceeded the maximum call depth. Look for infinite recursion.", ending.stack);
    case "broken":
      return fail("The plan function crashed its JavaScript engine. Simplify it.");
    case "no default export":
      return fail(`The module has no default export. Write ${EXAMPLE}.`);
    case "default export not a function":
      return fail(`The module's default export is ${printable(ending.what)}, not a function. Write ${EXAMPLE}.`);
    case "promise":
      return fail("The plan function returned a promise. Remove `async`, and return the plan itself.");
    case "plan too large":
      return fail(
        `The plan is larger than ${limits.planSizeMebibytes} MiB as text. Use fewer passes, and \`constants\` for shaders that differ only in numbers.`,
      );
    case "thrown":
      return fail(thrownMessage(ending), ending.stack);
  }
}

// Names of other hosts that candidates use by mistake.
const HOST_NAMES =
  /^'(process|require|module|Buffer|Date|performance|setTimeout|setInterval|queueMicrotask|fetch|navigator|window|document|Deno|crypto|Worker|WebAssembly|GPUBufferUsage|GPUShaderStage)' is not defined$/;

function thrownMessage(thrown: Thrown): string {
  const who = thrown.during === "loading" ? "The module, while loading," : "The plan function";
  if (!thrown.isError) return `${who} threw ${printable(thrown.what)}, which is not an Error.`;
  const text = [thrown.name, thrown.message].filter((part) => part !== "").join(": ");
  const message = `${who} threw ${printable(text) || "an Error"}`;
  const hostName = HOST_NAMES.exec(thrown.message)?.[1];
  if (hostName === undefined) return /[.!?]$/.test(message) ? message : `${message}.`;
  return `${message}. A plan has no \`${hostName}\`: it may use only its context.`;
}

/** FNV-1a, to seed `Math.random`. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
