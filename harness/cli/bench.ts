import { existsSync } from "node:fs";
import { relative, sep } from "node:path";
import type { CommandModule } from "yargs";
import type { AdapterChoice } from "../adapter/adapter.ts";
import type { MeasuredKernel } from "../bench/measure-job.ts";
import type { Contestant } from "../measure/workbench.ts";
import type { PlanCounts } from "../results/access-counts.ts";
import type { ClockName, Measured } from "../results/measurement.ts";
import type { PlanProfile } from "../results/plan-profile.ts";
import { withSlashes } from "../system/spelling.ts";
import type { Task } from "../task/task.ts";
import type { MeasureOutcome } from "../worker/measure-in-worker.ts";
import { parseBudget } from "./budget.ts";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";

interface BenchOptions {
  readonly target: string | undefined;
  readonly task: string | undefined;
  readonly against: string;
  readonly shape: string | undefined;
  readonly budget: string;
  readonly clock: ClockName;
  readonly passes: boolean;
  readonly calibrate: boolean;
  readonly json: boolean;
}

/** `kernelmark bench`: the speed of a kernel relative to another. */
export const bench: CommandModule<object, BenchOptions> = {
  command: "bench [target]",
  describe: "Measure a submission, or a task's tuned kernel, against another kernel",
  builder: (yargs) =>
    yargs
      .positional("target", { type: "string", describe: "The module, such as softmax.ts, or a task's name" })
      .option("task", {
        type: "string",
        requiresArg: true,
        describe: "The task, if the file name does not match one",
      })
      .option("against", {
        type: "string",
        requiresArg: true,
        default: "plain",
        describe: "The baseline: plain, tuned, another module, or an earlier version of yours (v2)",
      })
      .option("shape", {
        type: "string",
        requiresArg: true,
        describe: "small, medium, large, or sizes (rows=512,cols=256); the first three by default",
      })
      .option("budget", {
        type: "string",
        requiresArg: true,
        default: "5s",
        describe: "Longest time for each shape: 5s, 500ms",
      })
      .option("clock", {
        choices: ["timestamps", "wall-clock"] as const,
        default: "timestamps" as const,
        describe: "The clock; wall-clock is the fallback for adapters without timestamps",
      })
      .option("passes", {
        type: "boolean",
        default: false,
        describe: "Show the share of each pass, too, and what its kernel does to memory",
      })
      .option("roofline", {
        choices: ["known", "measure"] as const,
        default: "known" as const,
        describe: "`measure` measures the adapter's peak rates again; otherwise once a month",
      })
      .option("calibrate", {
        type: "boolean",
        default: false,
        describe: "Check whether this adapter is precise enough for marks",
      })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 bench submissions/fast/softmax.ts", "Measure it against the plain kernel")
      .example("$0 bench softmax", "Measure the tuned kernel")
      .example("$0 bench softmax.ts --shape large --passes", "Show where its time goes")
      .example("$0 bench softmax.ts --against v2", "Compare with an accepted version that `history` lists")
      .example("$0 bench --calibrate", "Check whether this machine can measure for marks")
      .example("$0 bench my-try.ts --task softmax --against softmax.ts", "Compare two versions"),
  async handler(options) {
    const { UserError } = await import("../text/user-error.ts");
    const budgetMs = await parseBudget(options.budget);
    if (options.calibrate) {
      const { calibrate } = await import("./calibrate.ts");
      return calibrate(options.json);
    }
    if (options.target === undefined) {
      throw new UserError("`bench` needs a target.", "Name a module, such as softmax.ts, or a task, such as softmax.");
    }
    const [{ findAdapter }, { loadTask }, { MeasuringService }, { shapesFor }, { drawSeed }, { defaultLimits }] =
      await Promise.all([
        import("../adapter/adapter.ts"),
        import("../catalog/load.ts"),
        import("../run/measuring-service.ts"),
        import("../measure/shapes.ts"),
        import("../run/grade-run.ts"),
        import("../task/limits.ts"),
      ]);
    const target = await readTarget(options.target, options.task);
    const task = await loadTask(target.task);
    const shapes = shapesFor(task, options.shape);
    const yardstick = await yardstickFor(options.against, target.task);
    const adapter = await findAdapter();
    const progress = new ProgressLine(process.stderr, options.json);
    const stop = new AbortController();
    const onInterrupt = () => stop.abort();
    process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
    const profiles: PlanProfile[] = [];
    let counts: PlanCounts | undefined;
    const outcome = await new MeasuringService(adapter, {
      signal: stop.signal,
      measuresRoofline: options.roofline === "measure",
    }).measure(
      {
        task: target.task,
        seed: drawSeed(),
        candidate: target.kernel,
        yardstick,
        against: existsSync(options.against) ? nameOf(options.against) : options.against,
        shapes,
        budgetMs,
        clock: options.clock,
        profiles: options.passes,
        isChecked: false,
        limits: defaultLimits,
      },
      {
        onWait: (owner) => printRemark(`Waiting for process ${owner}, which is measuring on this machine.`),
        // A repeated attempt starts again with the first shape.
        onProfile: (profile) => {
          if (profiles.some(({ shape }) => shape === profile.shape)) profiles.length = 0;
          profiles.push(profile);
        },
        onCounts: (found) => {
          counts = found;
        },
        onStep: ({ about, shape, progress: at }) => {
          const samples = at === undefined || at.pairs === 0 ? "" : `, ${at.pairs} samples`;
          const width = at?.halfWidth === undefined ? "" : `, interval ±${(100 * at.halfWidth).toFixed(2)} %`;
          progress.show(`${target.task}${shape === undefined ? "" : ` ${shape}`}: ${about}${samples}${width}`);
        },
      },
    );
    progress.clear();
    process.removeListener("SIGINT", onInterrupt).removeListener("SIGTERM", onInterrupt);
    if (stop.signal.aborted) {
      printRemark("Stopped: no complete measurement.");
      process.exitCode = 130;
      return;
    }
    await refuseBrokenTask(outcome, target.task, { candidate: target.kernel, yardstick });
    await report(outcome, { profiles, counts }, task, target.title, adapter, options);
    if (outcome.kind === "measured") await remember(target, outcome.measurement, adapter);
  },
};

interface Target {
  readonly task: string;
  readonly title: string;
  readonly kernel: MeasuredKernel;
  /** Of a module's files. */
  readonly hash?: string;
}

/** A module, or the tuned kernel of a task. */
async function readTarget(target: string, task: string | undefined): Promise<Target> {
  const [{ taskNames }, { taskOfFile }] = await Promise.all([
    import("../catalog/load.ts"),
    import("./check-options.ts"),
  ]);
  if (task === undefined && taskNames().includes(target) && !existsSync(target)) {
    return { task: target, title: "tuned", kernel: { kind: "built-in", kernel: "tuned" } };
  }
  const name = taskOfFile(target, task, "bench");
  return { task: name, title: nameOf(target), ...(await readSubmission(target, name)) };
}

/** A module's name in results: the same on every system. */
function nameOf(file: string): string {
  return withSlashes(relative("", file), sep);
}

/** A built-in kernel, a module, or an earlier version by its name. */
async function yardstickFor(against: string, task: string): Promise<MeasuredKernel> {
  if (against === "plain" || against === "tuned") return { kind: "built-in", kernel: against };
  if (existsSync(against)) return (await readSubmission(against, task)).kernel;
  const [{ readVersions }, { UserError }] = await Promise.all([
    import("../catalog/versions.ts"),
    import("../text/user-error.ts"),
  ]);
  const versions = readVersions(task);
  const version = versions.find(({ name }) => name === against);
  if (version !== undefined) return (await readSubmission(version.path, task)).kernel;
  const names = versions.map(({ name }) => name);
  const own = names.length === 0 ? "" : `, or one of your versions: ${names.join(", ")}`;
  throw new UserError(`There is no file ${against} to measure against.`, `Use plain, tuned, a module${own}.`);
}

async function readSubmission(file: string, task: string): Promise<{ kernel: MeasuredKernel; hash: string }> {
  const [{ readSingle }, { bundle }, { loadTask }, { UserError }] = await Promise.all([
    import("../submission/read.ts"),
    import("../worker/bundler.ts"),
    import("../catalog/load.ts"),
    import("../text/user-error.ts"),
  ]);
  const submission = await readSingle(file, task);
  await loadTask(task);
  const bundled = await bundle(submission);
  if (bundled.ok) {
    const { script, sourceMap, files, hash } = bundled;
    return { kernel: { kind: "submission", script, sourceMap, files }, hash };
  }
  const { message, file: place, line, column } = bundled.problems[0]!;
  throw new UserError(`${place}:${line}:${column}: ${message}`, "Run `kernelmark check` to see the code around it.");
}

/** Remembers the measurement of a module. An unwritable folder causes a warning. */
async function remember({ task, title, hash }: Target, measured: Measured, adapter: AdapterChoice): Promise<void> {
  if (hash === undefined) return;
  const [{ rememberEntry }, { versionOf }] = await Promise.all([
    import("../catalog/history.ts"),
    import("../catalog/versions.ts"),
  ]);
  const { against, speedup } = measured;
  const shapes = measured.shapes.map((shape) => ({
    ...{ name: shape.name, candidateNs: shape.candidateNs },
    speedup: shape.speedup.estimate,
  }));
  const at = new Date().toISOString();
  const version = versionOf(task, hash);
  const entry = {
    kind: "bench",
    at,
    file: title,
    version,
    against,
    adapter: adapter.description,
    speedup,
    shapes,
  } as const;
  const problem = await rememberEntry(task, entry);
  if (problem !== undefined) printRemark(`Warning: \`history\` will not show this measurement. ${problem}`);
}

/** @throws UserError for a fault in a task that an instructor added, or in one of its kernels */
async function refuseBrokenTask(
  outcome: MeasureOutcome,
  task: string,
  kernels: Readonly<Record<Contestant, MeasuredKernel>>,
): Promise<void> {
  if (outcome.kind === "measured") return;
  const { kernelFault, taskFaultError } = await import("../worker/task-fault.ts");
  const kernel = outcome.kind === "refused" ? kernels[outcome.contestant] : undefined;
  const fault =
    outcome.kind === "fault"
      ? outcome.fault
      : kernel?.kind === "built-in" && kernelFault(task, kernel.kernel, outcome.refusal);
  if (fault) throw taskFaultError(task, fault);
}

/** What `--passes` adds. */
interface WhereTimeGoes {
  readonly profiles: readonly PlanProfile[];
  readonly counts: PlanCounts | undefined;
}

async function report(
  outcome: MeasureOutcome,
  where: WhereTimeGoes,
  task: Task,
  title: string,
  adapter: AdapterChoice,
  { json, against, passes }: BenchOptions,
): Promise<void> {
  const { environment: _, ...described } = adapter;
  if (outcome.kind === "measured") {
    const document = { schema: 1, task: task.spec.name, target: title, adapter: described, ...outcome.measurement };
    if (json) printJson(passes ? { ...document, passes: where.profiles, counts: where.counts ?? null } : document);
    else {
      await printMeasurement(outcome.measurement, task, title, adapter);
      if (passes) await printWhere(where);
    }
    return;
  }
  if (outcome.kind === "fault") throw new Error(`measuring failed: ${outcome.message}`);
  const { refusal, contestant } = outcome;
  const who = contestant === "candidate" ? title : against;
  process.exitCode = 1;
  if (json) printJson({ schema: 1, task: task.spec.name, target: title, state: "refused", kernel: who, ...refusal });
  else {
    const { refusalText } = await import("../report/terminal/measurement-text.ts");
    print(refusalText(refusal, who, task.spec.name, { colors: colorsFor(process.stdout), width: textWidth() }));
  }
}

async function printMeasurement(
  measurement: Measured,
  task: Task,
  title: string,
  { description, kind }: AdapterChoice,
): Promise<void> {
  const { measurementText } = await import("../report/terminal/measurement-text.ts");
  const style = { colors: colorsFor(process.stdout), width: textWidth() };
  print(measurementText(measurement, { task: task.spec.name, title, adapter: description, kind }, style));
}

async function printWhere({ profiles, counts }: WhereTimeGoes): Promise<void> {
  const [{ profilesText }, { countsText }] = await Promise.all([
    import("../report/terminal/profile-text.ts"),
    import("../report/terminal/counts-text.ts"),
  ]);
  const style = { colors: colorsFor(process.stdout), width: textWidth() };
  print(`\n${profilesText(profiles, style)}`);
  if (counts !== undefined) print(`\n${countsText(counts, style)}`);
}
