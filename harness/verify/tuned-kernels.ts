import { isDeepStrictEqual } from "node:util";
import { onDeviceKind } from "../task/by-device-kind.ts";
import { PLAIN_DEVICE } from "../task/plain-device.ts";
import type { PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";

/** Names that distinguish both, so that proofs judge them on every adapter. */
export const TUNED_NAMES = { software: "tuned", hardware: "tuned (hardware)" } as const;

export interface TunedKernel {
  readonly name: (typeof TUNED_NAMES)[keyof typeof TUNED_NAMES];
  readonly plan: PlanFunction;
}

/** The tuned kernel of software adapters and, if it is another for some shape, the one of GPUs. */
export function tunedKernels({ spec, tuned }: Pick<Task, "spec" | "tuned">): readonly TunedKernel[] {
  const software = onDeviceKind("software", tuned);
  const hardware = onDeviceKind("hardware", tuned);
  const differ = [...spec.checks, ...spec.measures].some(({ shape, params }) =>
    [[], ["subgroups"]].some((features) => {
      const context = { task: spec.name, shape, params, device: { ...PLAIN_DEVICE, features } };
      return !isDeepStrictEqual(software(context), hardware(context));
    }),
  );
  const ofSoftware = { name: TUNED_NAMES.software, plan: software };
  return differ ? [ofSoftware, { name: TUNED_NAMES.hardware, plan: hardware }] : [ofSoftware];
}
