import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { constantsOf, passesOf } from "../../../harness/task/one-pass.ts";
import type { DeviceContext, Pass, PlanFunction } from "../../../harness/task/plan.ts";
import { tiles, workgroupsOf } from "../../software/product.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import products from "../../software/step-of-products.wgsl";
import packingCode from "./packing-software.wgsl";
import code from "./tuned.wgsl";
import softwareCode from "./tuned-software.wgsl";

type Conv2dShape = "batch" | "channels" | "height" | "width" | "filters" | "kernel" | "oh" | "ow";
type Conv2dPlan = PlanFunction<Conv2dShape, "stride" | "padding">;

const BINDINGS = ["x", "w", "b", "y"];
const PLACES = 64;
const OWN_FILTERS = 4;
const FILTERS_OF_TILE = 8;
const PACKING_LANES = 64;
const VECTOR = 4;
const BYTES_OF_VECTOR = 16;

const hardware: Conv2dPlan = ({ shape, params, device }) => {
  const { batch, filters, oh, ow } = shape;
  const workgroups = [Math.ceil((oh * ow) / PLACES), Math.ceil(filters / OWN_FILTERS), imagesAtOnce(batch, device)];
  return { passes: [{ code, constants: constantsOf(shape, params), bindings: BINDINGS, workgroups }] };
};

const software: Conv2dPlan = ({ shape, params, device }) => {
  const { batch, channels, filters, kernel, oh, ow } = shape;
  const places = oh * ow;
  const width = widthFor(places);
  const images = packed("x", { rows: batch, channels, places: shape.height * shape.width }, device);
  const weights = packed("w", { rows: filters, channels, places: kernel ** 2 }, device);
  const product = {
    code: [tiles({ read: {}, written: { y: "COLUMNS" } }, width, device, products), softwareCode].join("\n"),
    constants: { ...constantsOf(shape, params), ROWS: filters, COLUMNS: places, RESULT_ROW: places / width },
    bindings: ["packed_x", "packed_w", "b", "y"],
    workgroups: [workgroupsOf(places), Math.ceil(filters / FILTERS_OF_TILE), imagesAtOnce(batch, device)],
  };
  return {
    scratch: { packed_x: images.bytes, packed_w: weights.bytes },
    passes: [...images.passes, ...weights.passes, product],
    requires: featuresFor(device),
  };
};

export const tuned = byDeviceKind({ software, hardware });

/** The pass that makes vectors of four channels of [rows, channels, places], as `packed_<tensor>`. */
function packed(
  tensor: "x" | "w",
  { rows, channels, places }: Readonly<Record<"rows" | "channels" | "places", number>>,
  device: DeviceContext,
): { readonly bytes: number; readonly passes: readonly Pass[] } {
  const vectors = rows * Math.ceil(channels / VECTOR) * places;
  const module = {
    code: packingCode,
    constants: { ROWS: rows, CHANNELS: channels, PLACES: places },
    bindings: [tensor, `packed_${tensor}`],
  };
  return { bytes: BYTES_OF_VECTOR * vectors, passes: passesOf(module, PACKING_LANES, { pack: vectors }, device) };
}

function imagesAtOnce(batch: number, { limits }: DeviceContext): number {
  return Math.min(batch, limits.maxComputeWorkgroupsPerDimension);
}
