import type { Roofline, ShapeMeasurement } from "../results/measurement.ts";
import type { Task } from "../task/task.ts";
import { leastNs } from "./roofline.ts";

/**
 * A time is implausible only if it is this much below the roofline's: copying reaches a little less than reading alone,
 * and an accusation must not depend on the last percent of another measurement.
 */
const MARGIN = 1.5;

/** The share of the roofline that a measured time reaches, and whether it is beyond the roofline. */
export function judgeAgainstRoofline(
  { spec }: Pick<Task, "spec">,
  measurement: Omit<ShapeMeasurement, "rooflineShare" | "isImplausible">,
  roofline: Roofline,
): ShapeMeasurement {
  const hasIntegers = spec.inputs.some(({ type }) => type !== "f32");
  const { bytes, flops, candidateNs, samples, ...rest } = measurement;
  const isCold = measurement.caches === "cold";
  const rooflineShare = leastNs(roofline, { bytes, flops, hasIntegers, isCold }) / candidateNs;
  return { ...rest, bytes, flops, candidateNs, rooflineShare, isImplausible: rooflineShare > MARGIN, samples };
}
