// `npm run bench:peers -- [--task T]… [--shape S] [--seconds N] [--runs N] [--out file.json]`: times the built-in kernels and
// public WebGPU libraries on the same work, in turn. `-- --page a.json b.json`: writes files of `--out` into docs/speed.md.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { ExecaError, execa } from "execa";
import { type AdapterChoice, findAdapter } from "../../harness/adapter/adapter.ts";
import { loadTask } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { shapesFor } from "../../harness/measure/shapes.ts";
import type { Roofline } from "../../harness/results/measurement.ts";
import { UserError } from "../../harness/text/user-error.ts";
import { expressedTasks } from "./expressed.ts";
import type { Job, TaskResult } from "./job.ts";
import { joinRuns, type Measured, type MeasuredShape, measuredSchema } from "./measured.ts";
import { type PeerOptions, parsePeerArguments } from "./options.ts";
import { installPeers, peersFolder } from "./packages.ts";
import { withPeers } from "./page.ts";
import { terminalText } from "./tables.ts";

const PROGRAM = join(packageRoot(), "dist/scripts/peers/measure-main.js");
/**
 * onnxruntime's WebAssembly is 27 MB. Optimising all of it would occupy the processors that software adapters compute
 * on; it only starts the GPU's work.
 */
const NODE_OPTIONS = ["--liftoff-only", "--wasm-lazy-compilation"];

try {
  const command = parsePeerArguments(process.argv.slice(2), expressedTasks());
  if ("page" in command) writePage(command.page);
  else await measureAll(command.measure);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}${error.hint === undefined ? "" : `\n${error.hint}`}\n`);
  process.exitCode = 2;
}

function writePage(files: readonly string[]): void {
  const path = join(packageRoot(), "docs/speed.md");
  const measured = files.map((file) => measuredSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
  writeFileSync(path, withPeers(readFileSync(path, "utf8"), measured));
}

async function measureAll({ tasks, shape, seconds, runs, out }: PeerOptions): Promise<void> {
  // Refuses a shape that a task does not have before anything is installed or measured.
  for (const task of tasks) shapesFor(await loadTask(task), shape);
  const folder = peersFolder();
  await installPeers(folder, () => process.stderr.write(`Installing the peers' packages in ${folder}\n`));
  const adapter = await findAdapter();
  const roofline = await inProcess<Roofline>(adapter, { kind: "roofline", adapterKind: adapter.kind });
  const absent: Record<string, string> = {};
  const shapes: MeasuredShape[] = [];
  for (const task of tasks) {
    const results: (readonly MeasuredShape[])[] = [];
    for (let run = 0; run < runs; run++) {
      process.stderr.write(`${task}, run ${run + 1} of ${runs}\n`);
      const job = { kind: "task", adapterKind: adapter.kind, folder, task, seconds, run, roofline } as const;
      try {
        const result = await inProcess<TaskResult>(adapter, { ...job, ...(shape === undefined ? {} : { shape }) });
        Object.assign(absent, result.absent);
        results.push(result.shapes);
      } catch (error) {
        // Such as a driver that crashed: the other tasks can still be measured.
        if (!(error instanceof ExecaError)) throw error;
        absent[`run ${run + 1} of ${task}`] = `its process ended with ${error.signal ?? `exit code ${error.exitCode}`}`;
      }
    }
    shapes.push(...joinRuns(results));
  }
  const machine = `${cpus().length} processors (${cpus()[0]!.model.trim()})`;
  const head = { adapter: adapter.description, machine, node: process.versions.node };
  const date = new Date().toISOString().slice(0, 10);
  const measured: Measured = { ...head, date, seconds, runs, absent, shapes };
  process.stdout.write(`${terminalText(measured)}\n`);
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(measured, null, 2)}\n`);
}

/** A process of its own for each job: Dawn reads the adapter's environment at its start. */
async function inProcess<T>({ environment }: AdapterChoice, job: Job): Promise<T> {
  const { stdout } = await execa(process.execPath, [...NODE_OPTIONS, PROGRAM, JSON.stringify(job)], {
    env: environment,
    stderr: "inherit",
  });
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}
