import { roofsFor } from "../measure/roofline.ts";
import type { Finding } from "../results/finding.ts";
import type { Roofline, ShapeMeasurement } from "../results/measurement.ts";
import type { Task } from "../task/task.ts";

/** From this share of the roofline on, there is little left to gain, and nothing to guess at. */
const NEAR_THE_ROOF = 0.5;

/** Whether so much of the time is to be gained that it is worth a look at the code. */
export function isSlow({ rooflineShare }: Pick<ShapeMeasurement, "rooflineShare">): boolean {
  return rooflineShare < NEAR_THE_ROOF;
}

/** What share of the roofline a kernel reaches on each shape, and which of the two roofs is above it there. */
export function findSpeed(
  { spec }: Pick<Task, "spec">,
  shapes: readonly ShapeMeasurement[],
  roofline: Roofline,
): Finding[] {
  const hasIntegers = spec.inputs.some(({ type }) => type !== "f32");
  const advised = new Set<boolean>();
  return shapes.map(({ name, bytes, flops, rooflineShare }) => {
    const { bytesPerSecond, flopsPerSecond } = roofsFor(roofline, { bytes, flops, hasIntegers });
    const [intensity, ridge] = [flops / bytes, flopsPerSecond / bytesPerSecond];
    const isMemory = intensity < ridge;
    const side = isMemory
      ? `memory bounds it: ${short(intensity)} operations a byte are below this adapter's ridge of ${short(ridge)}`
      : `arithmetic bounds it: ${short(intensity)} operations a byte are above this adapter's ridge of ${short(ridge)}`;
    // What follows is the same for every shape below that roof: it is said once.
    const advice = rooflineShare < NEAR_THE_ROOF && !advised.has(isMemory) ? adviceBelow(isMemory) : "";
    if (advice !== "") advised.add(isMemory);
    return {
      aspect: "speed",
      kind: isMemory ? "bound-by-memory" : "bound-by-arithmetic",
      sentence: `On ${name}, it reaches ${percent(rooflineShare)} of the roofline, and ${side}.${advice}`,
      isGuess: false,
    };
  });
}

function adviceBelow(isMemory: boolean): string {
  return isMemory
    ? " What could make it faster is to read and write each element fewer times, and neighbours side by side."
    : " What could make it faster is to compute nothing twice, and to keep invocations from waiting.";
}

function short(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}

function percent(share: number): string {
  return `${share >= 0.1 ? Math.round(100 * share) : (100 * share).toFixed(2)} %`;
}
