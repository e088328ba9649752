import { expect, it } from "vitest";
import { byDeviceKind, onDeviceKind } from "./by-device-kind.ts";
import { guaranteedLimits } from "./limits.ts";
import type { PlanContext, PlanFunction } from "./plan.ts";

const planNamed =
  (code: string): PlanFunction =>
  () => ({ passes: [{ code, bindings: [], workgroups: [1] }] });
const plan = byDeviceKind({ software: planNamed("for software"), hardware: planNamed("for hardware") });

function codeOn(kind: "software" | "hardware", chosen: PlanFunction): string {
  const device: PlanContext["device"] = {
    ...{ features: [], limits: guaranteedLimits, subgroupMinSize: 4, subgroupMaxSize: 4 },
    kind,
  };
  return chosen({ task: "softmax", shape: {}, params: {}, device }).passes[0]!.code;
}

it("chooses by the adapter's kind", () => {
  expect([codeOn("software", plan), codeOn("hardware", plan)]).toEqual(["for software", "for hardware"]);
});

it("makes another kind's plan on any adapter", () => {
  for (const kind of ["software", "hardware"] as const) {
    expect(codeOn(kind, onDeviceKind("software", plan))).toBe("for software");
    expect(codeOn(kind, onDeviceKind("hardware", plan))).toBe("for hardware");
  }
});
