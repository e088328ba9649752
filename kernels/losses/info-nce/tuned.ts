import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { linearPass } from "../../software/linear.ts";
import { rowVectors, widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import similarity from "./similarity-software.wgsl";
import code from "./tuned.wgsl";
import softwareCode from "./tuned-software.wgsl";

type InfoNcePlan = PlanFunction<"n" | "d", "temperature">;

const WORKGROUP_SIZE = 64;
/** Rows of a, and of b, of an invocation of `compare`. */
const SIDE = 4;

const hardware: InfoNcePlan = ({ shape: { n, d }, params, device }) => {
  const constants = { N: n, D: d, TEMPERATURE: params.temperature };
  const bindings = ["a", "b", "inverse_norms", "similarities", "loss"];
  const invocations = { measure: n, compare: Math.ceil(n / SIDE) ** 2, contrast: n };
  return {
    scratch: { inverse_norms: 8 * n, similarities: 4 * n * n },
    passes: passesOf({ code, constants, bindings }, WORKGROUP_SIZE, invocations, device),
  };
};

const LANES = 8;
const PAIRS_OF_LANE = 4;

const software: InfoNcePlan = ({ shape: { n, d }, params: { temperature }, device }) => {
  const width = widthFor(n, d);
  const vectors = rowVectors({ read: { a: "D", b: "D", similarities: "N" }, written: { loss: "N" } }, width);
  const module = {
    code: [vectors, softwareCode].join("\n"),
    constants: { N: n, D: d, TEMPERATURE: temperature, INPUTS_ROW: d / width, SIMILARITIES_ROW: n / width },
  };
  const inMeasure = { ...module, bindings: ["a", "b", "scale_a", "scale_b"] };
  const inContrast = { ...module, bindings: ["similarities", "loss"] };
  const compare = linearPass(
    { rows: n, inputs: d, outputs: n },
    ["a", "b", "scale_a", "scale_b", "similarities"],
    device,
    { code: similarity, vectors: { scale_b: "COLUMNS" } },
  );
  return {
    scratch: { scale_a: 4 * n, scale_b: 4 * n, similarities: 4 * n * n },
    passes: [
      ...passesOf(inMeasure, LANES, { measure: n }),
      compare,
      ...passesOf(inContrast, LANES, { contrast: Math.ceil(n / PAIRS_OF_LANE) }),
    ],
    requires: featuresFor(device),
  };
};

export const tuned = byDeviceKind({ software, hardware });
