import { beforeAll, describe, expect, it } from "vitest";
import { type Estimate, evaluate, type Tensor } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import { loadTask } from "../catalog/load.ts";
import { deviceContext, openAdapter, openDevice } from "../gpu/device.ts";
import { outputSizes } from "../task/case.ts";
import type { Task } from "../task/task.ts";
import { judgeOutputs } from "./judge-case.ts";
import { type CaseReference, makeReference } from "./reference.ts";

const DECOYS = 100;

/** Sampled outputs, as a kernel that knows how they are judged might write them. */
describe.each(["softmax", "attention", "matmul-int8"])("wrong elements of %s hidden among decoys", (name) => {
  let task: Task;
  let reference: CaseReference;
  let output: string;
  let perUnit: number;
  /** Outside the sample, in random order, with their estimates. */
  let units: number[];
  let estimate: Estimate;

  beforeAll(async () => {
    task = await loadTask(name);
    const { shape, params } = task.spec.measures.find((measure) => measure.name === "medium")!;
    const one = { task: name, index: 0, shape, params, data: "plain", group: "measured" };
    const context = deviceContext(await openAdapter(), "software");
    const device = await openDevice();
    reference = await makeReference(device, context, task, one, "hidden elements");
    device.gpu.destroy();
    output = task.spec.outputs[0]!.name;
    const count = task.oracle.units(shape);
    perUnit = outputSizes(task, shape)[output]! / count;
    const sampled = new Set(reference.units);
    const rest = Array.from({ length: count }, (_, unit) => unit).filter((unit) => !sampled.has(unit));
    units = new Random("decoys").shuffled(rest).slice(0, DECOYS);
    estimate = evaluate(task.oracle, reference.problem, outputSizes(task, shape), units)[output]!;
  });

  /** Judges the plain kernel's output with elements of units changed: each by a share of its bound. */
  const judge = (change: (got: Tensor, move: (element: number, share: number) => void) => void) => {
    const got = reference.plain![output]!.slice();
    const sizes = outputSizes(task, reference.case.shape);
    change(got, (element, share) => {
      const at = units.indexOf(Math.floor(element / perUnit)) * perUnit + (element % perUnit);
      got[element] = estimate.expected[at]! + share * estimate.bound[at]!;
    });
    const outputs = { ...reference.plain, [output]: got };
    const poison = Object.fromEntries(Object.entries(sizes).map(([key, size]) => [key, new Uint32Array(size)]));
    return judgeOutputs(task, reference, { outputs, poison }).verdict;
  };

  const largest = (unit: number) => extreme(unit, (one, other) => one > other);
  const smallest = (unit: number) => extreme(unit, (one, other) => one < other);
  function extreme(unit: number, isBetter: (one: number, other: number) => boolean): number {
    const plain = reference.plain![output]!;
    let best = unit * perUnit;
    for (let e = best; e < (unit + 1) * perUnit; e++) {
      if (isBetter(Math.abs(plain[e]!), Math.abs(plain[best]!))) best = e;
    }
    return best;
  }

  it("accepts the decoys alone, inside their bounds", () => {
    const found = judge((_, move) => {
      for (const unit of units) move(largest(unit), 0.6);
    });
    expect(found).toBe("accepted");
  });

  it("finds a small element that is 0", () => {
    const found = judge((got, move) => {
      for (const unit of units.slice(1, 60)) move(largest(unit), 0.6);
      got[smallest(units[0]!)] = 0;
    });
    expect(found).toBe("wrong-answer");
  });

  it("finds an element slightly outside its bound, among decoys of several magnitudes", () => {
    const found = judge((_, move) => {
      for (const [at, unit] of units.slice(1).entries()) move(largest(unit), [0.3, 0.4, 0.5, 0.6][at % 4]!);
      move(smallest(units[0]!), -1.5);
    });
    expect(found).toBe("wrong-answer");
  });
});
