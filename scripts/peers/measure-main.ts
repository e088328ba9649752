// The process that has the adapter: does one job, and prints its result as the last line.
import { createRequire } from "node:module";
import { loadTask } from "../../harness/catalog/load.ts";
import { deviceContext, openAdapter, openDevice } from "../../harness/gpu/device.ts";
import { sampleUnits } from "../../harness/judge/sample.ts";
import { leastBytes } from "../../harness/measure/input-sets.ts";
import { median } from "../../harness/measure/interval.ts";
import { leastNs, measureRoofline } from "../../harness/measure/roofline.ts";
import { type MeasuredShape as Shape, shapesFor } from "../../harness/measure/shapes.ts";
import { platform } from "../../harness/platform/node.ts";
import { drawProblem, outputSizes } from "../../harness/task/case.ts";
import type { Task } from "../../harness/task/task.ts";
import { sizesText } from "../../harness/text/f32-text.ts";
import { evaluate } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import { builtInContestant } from "./built-in-contestant.ts";
import { relativeError } from "./compare.ts";
import type { Contestant, Peer } from "./contestant.ts";
import { openJax } from "./jax.ts";
import type { Job, TaskResult } from "./job.ts";
import { type MeasuredContestant, type MeasuredShape, stateOf } from "./measured.ts";
import { openOnnxruntime } from "./onnxruntime.ts";
import { peerInputs } from "./peer-inputs.ts";
import { openTfjs } from "./tfjs.ts";
import { timeInTurns } from "./turns.ts";

type TaskJob = Extract<Job, { kind: "task" }>;

const SEED = "peers";
/** A contestant that takes longer for a shape is not tried on larger ones: it may be quadratic, and nothing stops a run. */
const LONGEST_RUN_MS = 10_000;
const OPENERS = { tfjs: openTfjs, "jax-js": openJax, onnxruntime: openOnnxruntime };

const job: Job = JSON.parse(process.argv[2]!);
const result =
  job.kind === "roofline" ? await measureRoofline(await openDevice(), job.adapterKind) : await measure(job);
process.stdout.write(`\n${JSON.stringify(result)}\n`);
// The peers keep the process alive.
process.exit();

async function measure(one: TaskJob): Promise<TaskResult> {
  offerWebGpu();
  const task = await loadTask(one.task);
  const peers: Record<string, Peer> = {};
  const absent: Record<string, string> = {};
  for (const [name, open] of Object.entries(OPENERS)) {
    try {
      peers[name] = await open(one.folder);
    } catch (error) {
      absent[name] = messageOf(error);
    }
  }
  const shapes: MeasuredShape[] = [];
  const slow = new Map<string, string>();
  for (const shape of shapesFor(task, one.shape)) {
    const measured = await measureShape(task, shape, peers, slow, one);
    for (const { name, timesMs } of measured.contestants) {
      const ms = median(timesMs);
      if (ms > LONGEST_RUN_MS) slow.set(name, `not tried: ${Math.round(ms / 1000)} s for ${shape.name}`);
    }
    shapes.push(measured);
  }
  return { absent, shapes };
}

/** Browsers' globals of WebGPU, on the instance of Dawn that the built-in kernels use. */
function offerWebGpu(): void {
  Object.assign(globalThis, createRequire(import.meta.url)("webgpu").globals);
  const navigator = { gpu: platform.gpu(), userAgent: "Node", hardwareConcurrency: 1 };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
}

async function measureShape(
  task: Task,
  { name, shape, params }: Shape,
  peers: Readonly<Record<string, Peer>>,
  slow: ReadonlyMap<string, string>,
  { adapterKind, seconds, run, roofline }: TaskJob,
): Promise<MeasuredShape> {
  const problem = drawProblem(
    task,
    { task: task.spec.name, index: 0, shape, params, data: "plain", group: name },
    SEED,
  );
  const sizes = outputSizes(task, shape);
  const units = sampleUnits(task, shape, params, SEED, task.spec.name);
  const estimates = evaluate(task.oracle, problem, sizes, units);
  const context = deviceContext(await openAdapter(), adapterKind);
  const given = peerInputs(task, problem);

  const measured: MeasuredContestant[] = [];
  const right: Contestant[] = [];
  const fail = (of: string, error: unknown) =>
    void measured.push({ name: of, relativeError: null, failure: messageOf(error), timesMs: [] });
  const makers: Record<string, () => Promise<readonly Contestant[]>> = {
    plain: async () => [await builtInContestant(task, "plain", problem, context)],
    tuned: async () => [await builtInContestant(task, "tuned", problem, context)],
  };
  for (const [peer, { contestants }] of Object.entries(peers)) makers[peer] = () => contestants(task.spec.name, given);
  for (const [maker, make] of Object.entries(makers)) {
    try {
      for (const contestant of await make()) {
        const tooSlow = slow.get(contestant.name);
        if (tooSlow !== undefined) {
          fail(contestant.name, tooSlow);
          continue;
        }
        const outputs = await contestant.read().catch((error: unknown) => fail(contestant.name, error));
        if (outputs === undefined) continue;
        const own = {
          name: contestant.name,
          relativeError: relativeError(outputs, estimates, sizes, units),
          timesMs: [],
        };
        measured.push(own);
        if (stateOf(own) === "right") right.push(contestant);
      }
    } catch (error) {
      fail(maker, error);
    }
  }

  const times = await timeInTurns(right, seconds, new Random(SEED, task.spec.name, name, run));
  const contestants = measured.map((one) => {
    const timed = [...times].find(([{ name: timedName }]) => timedName === one.name)?.[1];
    if (timed === undefined) return one;
    return timed instanceof Error ? { ...one, failure: messageOf(timed) } : { ...one, timesMs: timed };
  });
  const hasIntegers = task.spec.inputs.some(({ type }) => type !== "f32");
  const work = { bytes: leastBytes(task, shape), flops: task.spec.flops(shape, params), hasIntegers, isCold: false };
  const leastMs = leastNs(roofline, work) / 1e6;
  return { task: task.spec.name, shape: name, sizes: sizesText(shape), leastMs, contestants };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
