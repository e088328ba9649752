// `npm run bench:parts`: times the harness by part, without a GPU. `--task NAME` (softmax by default), `--time MS` for
// each part, `--out FILE` writes the figures as JSON, `--compare A.json B.json` compares two such files.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { Bench, type Task as BenchTask } from "tinybench";
import { loadTask } from "../../harness/catalog/load.ts";
import { markdownTable } from "../proofs/table.ts";
import { harnessParts } from "./harness-parts.ts";
import { comparisonRows, type PartTime, type PartTimes, partTimesSchema, timeRows } from "./part-times.ts";

const LEAST_SAMPLES = 10;

const { values, positionals } = parseArgs({
  options: {
    task: { type: "string", default: "softmax" },
    time: { type: "string", default: "1000" },
    out: { type: "string" },
    compare: { type: "boolean", default: false },
  },
  allowPositionals: true,
});

if (values.compare) {
  const [a, b] = positionals.map(readTimes);
  if (a === undefined || b === undefined) throw new Error("--compare needs two files written by --out");
  console.log(markdownTable(["part", "first, ms", "second, ms", "second / first"], comparisonRows(a.parts, b.parts)));
} else {
  const times = await measure(values.task, Number(values.time));
  console.log(`${times.machine}, Node ${times.node}, all cases of ${times.task}\n`);
  const headings = ["part", "median, ms", "p99, ms", "error of the mean", "per second", "samples"];
  console.log(markdownTable(headings, timeRows(times.parts)));
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(times, null, 2)}\n`);
}
// esbuild's process would keep this one alive.
process.exit();

async function measure(taskName: string, timeMs: number): Promise<PartTimes> {
  const { parts, close } = await harnessParts(await loadTask(taskName));
  try {
    const bench = new Bench({
      time: timeMs,
      iterations: LEAST_SAMPLES,
      warmupTime: timeMs / 10,
      warmupIterations: 2,
      throws: true,
    });
    for (const { name, run } of parts) bench.add(name, run, { async: true });
    const measured = await bench.run();
    const machine = `${cpus().length} processors (${cpus()[0]!.model.trim()})`;
    return { task: taskName, machine, node: process.versions.node, parts: measured.map(timeOf) };
  } finally {
    await close();
  }
}

function timeOf({ name, result }: BenchTask): PartTime {
  if (result.state !== "completed") throw new Error(`${name} was not measured: ${result.state}`);
  const { p50, p99, rme, samplesCount } = result.latency;
  return { name, medianMs: p50, p99Ms: p99, errorPercent: rme, samples: samplesCount };
}

function readTimes(file: string): PartTimes {
  return partTimesSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}
