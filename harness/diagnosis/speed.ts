import { roofsFor } from "../measure/roofline.ts";
import type { Finding } from "../results/finding.ts";
import type { Roofline, ShapeMeasurement } from "../results/measurement.ts";
import type { Task } from "../task/task.ts";

/** At this share of the roofline or more, little is left to gain, and no advice is given. */
const NEAR_THE_ROOF = 0.5;

/** Whether enough time can be gained to examine the code. */
export function isSlow({ rooflineShare }: Pick<ShapeMeasurement, "rooflineShare">): boolean {
  return rooflineShare < NEAR_THE_ROOF;
}

/** For each shape, the share of the roofline that a kernel reaches, and whether memory or arithmetic limits it. */
export function findSpeed(
  { spec }: Pick<Task, "spec">,
  shapes: readonly ShapeMeasurement[],
  roofline: Roofline,
): Finding[] {
  const hasIntegers = spec.inputs.some(({ type }) => type !== "f32");
  const advised = new Set<boolean>();
  return shapes.map(({ name, bytes, flops, rooflineShare, caches }) => {
    if (rooflineShare > 1) {
      const sentence = `On ${name}, it reaches ${percent(rooflineShare)} of the roofline, which is more than there is: the roofline was measured badly. Measure it again on an idle machine, with --roofline measure.`;
      return { aspect: "speed", kind: "roofline-too-low", sentence, isGuess: false };
    }
    const work = { bytes, flops, hasIntegers, isCold: caches === "cold" };
    const { bytesPerSecond, flopsPerSecond } = roofsFor(roofline, work);
    const [intensity, ridge] = [flops / bytes, flopsPerSecond / bytesPerSecond];
    const isMemory = intensity < ridge;
    const side = isMemory
      ? `memory-bound: ${short(intensity)} operations/byte, below this adapter's ridge point of ${short(ridge)}`
      : `compute-bound: ${short(intensity)} operations/byte, above this adapter's ridge point of ${short(ridge)}`;
    // The advice is the same for every shape below that roof, so it is given once.
    const advice = rooflineShare < NEAR_THE_ROOF && !advised.has(isMemory) ? adviceBelow(isMemory) : "";
    if (advice !== "") advised.add(isMemory);
    return {
      aspect: "speed",
      kind: isMemory ? "bound-by-memory" : "bound-by-arithmetic",
      sentence: `On ${name}, it reaches ${percent(rooflineShare)} of the roofline and is ${side}.${advice}`,
      isGuess: false,
    };
  });
}

function adviceBelow(isMemory: boolean): string {
  return isMemory
    ? " To speed it up, read and write each element fewer times, with neighbouring invocations on neighbouring elements."
    : " To speed it up, compute nothing twice, and keep invocations from waiting.";
}

function short(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}

function percent(share: number): string {
  return `${share >= 0.1 ? Math.round(100 * share) : (100 * share).toFixed(2)} %`;
}
