import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import type { DeviceContext, PlanFunction } from "../../../harness/task/plan.ts";
import type { Params, Shape } from "../../../reference/oracle.ts";
import { tiles, workgroupsOf } from "../../software/product.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import products from "../../software/step-of-products.wgsl";
import code from "./tuned.wgsl";
import softwareCode from "./tuned-software.wgsl";

type Conv2dShape = "batch" | "channels" | "height" | "width" | "filters" | "kernel" | "oh" | "ow";
type Conv2dPlan = PlanFunction<Conv2dShape, "stride" | "padding">;

const BINDINGS = ["x", "w", "b", "y"];
const PLACES = 64;
const OWN_FILTERS = 4;
const FILTERS_OF_TILE = 8;

const hardware: Conv2dPlan = ({ shape, params, device }) => {
  const { batch, filters, oh, ow } = shape;
  const workgroups = [Math.ceil((oh * ow) / PLACES), Math.ceil(filters / OWN_FILTERS), imagesAtOnce(batch, device)];
  return { passes: [{ code, constants: constantsOf(shape, params), bindings: BINDINGS, workgroups }] };
};

const software: Conv2dPlan = ({ shape, params, device }) => {
  const { batch, filters, oh, ow } = shape;
  const places = oh * ow;
  const width = widthFor(places);
  const pass = {
    code: [tiles({ read: {}, written: { y: "COLUMNS" } }, width, device, products), softwareCode].join("\n"),
    constants: { ...constantsOf(shape, params), ROWS: filters, COLUMNS: places, RESULT_ROW: places / width },
    bindings: BINDINGS,
    workgroups: [workgroupsOf(places), Math.ceil(filters / FILTERS_OF_TILE), imagesAtOnce(batch, device)],
  };
  return { passes: [pass], requires: featuresFor(device) };
};

export const tuned = byDeviceKind({ software, hardware });

function constantsOf(shape: Shape<Conv2dShape>, params: Params<"stride" | "padding">): Record<string, number> {
  const sizes = Object.entries<number>({ ...shape, ...params });
  return Object.fromEntries(sizes.map(([name, value]) => [name.toUpperCase(), value]));
}

function imagesAtOnce(batch: number, { limits }: DeviceContext): number {
  return Math.min(batch, limits.maxComputeWorkgroupsPerDimension);
}
