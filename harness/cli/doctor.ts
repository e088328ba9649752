import { availableParallelism, totalmem } from "node:os";
import type { CommandModule } from "yargs";
import type { AdapterChoice, AdapterTrial } from "../adapter/adapter.ts";
import { ADAPTER_TITLES, adaptersHere } from "../adapter/adapters-of-system.ts";
import { currentSystem } from "../system/current-system.ts";
import { withVariable } from "../system/environment.ts";
import { measuredBy } from "../system/measured-by.ts";
import { cellsOf } from "../text/cells.ts";
import { UserError } from "../text/user-error.ts";
import { wrap } from "../text/wrap.ts";
import { colorsFor, print, printJson, textWidth } from "./output.ts";

/** Something that Kernelmark needs, or could use. */
interface MachineFinding {
  readonly what: string;
  /** `missing` matters only if `isNeeded`. */
  readonly state: "ok" | "missing";
  readonly isNeeded: boolean;
  readonly detail: string;
  /** The fix: a sentence, and commands on lines of their own. */
  readonly mend?: string;
}

/** `kernelmark doctor`: checks this machine, and shows how to fix problems. */
export const doctor: CommandModule<object, { json: boolean }> = {
  command: "doctor",
  describe: "Check this machine and show how to fix problems",
  builder: (yargs) =>
    yargs
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 doctor", "Show what was found, what is missing, and how to fix it")
      .example(withVariable("KERNELMARK_ADAPTER", adaptersHere().at(-1)!, "$0 doctor"), "Check one adapter"),
  async handler({ json }) {
    const { findAdapter, tryAdapter } = await import("../adapter/adapter.ts");
    const chosen = await findAdapter().catch((error: Error) => error);
    const trials: AdapterTrial[] = [];
    for (const name of adaptersHere()) trials.push(await tryAdapter(name));
    const findings = [
      nodeFinding(),
      machineFinding(),
      limitsFinding(),
      ...trials.map((trial) => adapterFinding(trial)),
      ...(chosen instanceof Error ? [] : await sensorFindings(chosen)),
      await sandboxFinding(),
      await bundlerFinding(),
      ...(chosen instanceof Error ? [] : await confinementFindings(chosen)),
    ];
    const isFit = !(chosen instanceof Error) && findings.every(({ state, isNeeded }) => state === "ok" || !isNeeded);
    if (json) {
      const adapter = chosen instanceof Error ? null : chosen;
      printJson({ schema: 1, ok: isFit, adapter, findings });
    } else {
      print(describeFindings(findings));
      print("");
      print(chosen instanceof Error ? chosen.message : verdictOn(chosen));
    }
    if (!isFit) process.exitCode = 1;
  },
};

function nodeFinding(): MachineFinding {
  return {
    what: "Node.js",
    state: "ok",
    isNeeded: true,
    detail: `${process.versions.node} (20.19 or newer required)`,
  };
}

function machineFinding(): MachineFinding {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const detail = `${availableParallelism()} processors, ${gibibytes} GiB of memory`;
  return { what: "Machine", state: "ok", isNeeded: true, detail };
}

function limitsFinding(): MachineFinding {
  return { what: "Limits", state: "ok", isNeeded: true, detail: measuredBy() };
}

function adapterFinding(trial: AdapterTrial): MachineFinding {
  const what = ADAPTER_TITLES[trial.name];
  if (trial.adapter === undefined) {
    return { what, state: "missing", isNeeded: false, detail: trial.reason, mend: trial.hint };
  }
  return { what, state: "ok", isNeeded: false, detail: trial.adapter.description };
}

/** A reading for each GPU that may be the adapter's, where the driver tells; otherwise nothing, as nothing is missing. */
async function sensorFindings(adapter: AdapterChoice): Promise<MachineFinding[]> {
  const [{ sensorsOf }, { readingText }] = await Promise.all([
    import("../system/sensors.ts"),
    import("../report/terminal/reading-text.ts"),
  ]);
  const readings = await sensorsOf(adapter)();
  return readings.map((reading) => ({
    ...{ what: "Clock and power", state: "ok", isNeeded: false },
    detail: readingText(reading),
  }));
}

async function sandboxFinding(): Promise<MachineFinding> {
  const { warmSandbox } = await import("../plan/sandbox.ts");
  try {
    await warmSandbox();
    return { what: "Sandbox", state: "ok", isNeeded: true, detail: "plan functions run in QuickJS" };
  } catch (error) {
    const detail = `QuickJS does not run: ${(error as Error).message.split("\n")[0]}`;
    return { what: "Sandbox", state: "missing", isNeeded: true, detail, mend: "npm ci" };
  }
}

async function bundlerFinding(): Promise<MachineFinding> {
  const esbuild = await import("esbuild");
  try {
    await esbuild.transform("export default 1", { format: "iife" });
    return { what: "Bundler", state: "ok", isNeeded: true, detail: `esbuild ${esbuild.version}` };
  } catch (error) {
    const detail = `esbuild does not run: ${(error as Error).message.split("\n")[0]}`;
    return { what: "Bundler", state: "missing", isNeeded: true, detail, mend: "npm ci" };
  } finally {
    await esbuild.stop();
  }
}

/** Checks the confinement of workers, in a process started like theirs. */
async function confinementFindings(adapter: AdapterChoice): Promise<MachineFinding[]> {
  const { checkConfinement } = await import("../worker/confinement-check.ts");
  const checks = await checkConfinement(adapter);
  const always = checks.filter(({ name }) => name !== "network");
  return [
    ...always.map(({ name, holds, detail }) => confinementFinding(name, holds, detail)),
    await isolationFinding(adapter),
  ];
}

function confinementFinding(name: string, holds: boolean, detail: string, mend?: string): MachineFinding {
  const state = holds ? "ok" : "missing";
  return { what: `Confinement: ${name}`, state, isNeeded: false, detail, ...(mend === undefined ? {} : { mend }) };
}

async function isolationFinding(adapter: AdapterChoice): Promise<MachineFinding> {
  if (currentSystem() !== "linux") return confinementFinding("network", false, "not confined: --isolate needs Linux");
  const [{ checkConfinement }, { requireIsolation }] = await Promise.all([
    import("../worker/confinement-check.ts"),
    import("../worker/isolation.ts"),
  ]);
  try {
    await requireIsolation(adapter);
    const network = (await checkConfinement(adapter, { isIsolated: true })).find(({ name }) => name === "network")!;
    const detail = network.holds ? "with --isolate, workers have no network" : network.detail;
    return confinementFinding("network", network.holds, detail);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return confinementFinding("network", false, error.message, error.hint ?? "");
  }
}

function describeFindings(findings: readonly MachineFinding[]): string {
  const colors = colorsFor(process.stdout);
  const width = Math.max(...findings.map(({ what }) => cellsOf(what)));
  return findings
    .flatMap(({ what, state, isNeeded, detail, mend }) => {
      const mark = state === "ok" ? colors.green("ok") : isNeeded ? colors.red("!!") : colors.dim("--");
      const indent = " ".repeat(width + 6);
      const lines = wrap(detail, textWidth(), `${mark}  ${what}${" ".repeat(width - cellsOf(what))}  `, indent);
      return mend === undefined || mend === "" ? [lines] : [lines, colors.dim(mendText(mend))];
    })
    .join("\n");
}

/** Commands are not wrapped, to be copied: they begin on a line of their own, and have little indent. */
function mendText(mend: string): string {
  const [sentence = "", ...commands] = mend.split("\n");
  return [wrap(sentence, textWidth(), MEND_INDENT), ...commands.map((command) => `${MEND_INDENT}  ${command}`)].join(
    "\n",
  );
}

const MEND_INDENT = "      ";

function verdictOn({ kind, description }: { kind: "hardware" | "software"; description: string }): string {
  const speed =
    kind === "hardware"
      ? ""
      : " Verdicts are the same as on a GPU, except for races, which show by chance on any adapter; speed is indicative.";
  return wrap(`Ready: kernels run on ${description}.${speed}`, textWidth());
}
