import type { Roofline, ShapeMeasurement } from "../results/measurement.ts";
import type { Task } from "../task/task.ts";
import { leastNs } from "./roofline.ts";

/**
 * A time is called implausible only when it is this much below what the roofline says: copying reaches a little less
 * than reading alone does, and an accusation must not hang on the last percent of another measurement.
 */
const MARGIN = 1.5;

/** Says how near a measured time comes to what the adapter can do, and whether it is beyond that. */
export function judgeAgainstRoofline(
  { spec }: Pick<Task, "spec">,
  measurement: Omit<ShapeMeasurement, "rooflineShare" | "isImplausible">,
  roofline: Roofline,
): ShapeMeasurement {
  const hasIntegers = spec.inputs.some(({ type }) => type !== "f32");
  const { bytes, flops, candidateNs, samples, ...rest } = measurement;
  const rooflineShare = leastNs(roofline, { bytes, flops, hasIntegers }) / candidateNs;
  return { ...rest, bytes, flops, candidateNs, rooflineShare, isImplausible: rooflineShare > MARGIN, samples };
}
