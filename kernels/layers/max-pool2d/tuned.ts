import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { constantsOf, spread, withoutMarks } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import plain from "./plain.wgsl";
import code from "./tuned.wgsl";
import softwareCode from "./tuned-software.wgsl";

type MaxPoolPlan = PlanFunction<"batch" | "channels" | "height" | "width" | "kernel" | "oh" | "ow", "stride">;

const BINDINGS = ["x", "y"];
const LANES = 64;
const VECTOR = 4;

const plainCode = withoutMarks(plain);

const hardware: MaxPoolPlan = ({ shape, params: { stride }, device }) => {
  const { batch, channels, height, width, kernel, oh, ow } = shape;
  const images = batch * channels;
  const constants = { IMAGES: images, HEIGHT: height, WIDTH: width, KERNEL: kernel, OH: oh, OW: ow, STRIDE: stride };
  const workgroups = [Math.ceil((oh * ow) / LANES), Math.min(images, device.limits.maxComputeWorkgroupsPerDimension)];
  return { passes: [{ code, constants, bindings: BINDINGS, workgroups }] };
};

const ofThree: MaxPoolPlan = ({ shape: { batch, channels, height, width, oh, ow }, device }) => {
  const constants = { BATCH: batch, CHANNELS: channels, HEIGHT: height, WIDTH: width, OH: oh, OW: ow };
  const workgroups = spread(Math.ceil((batch * channels * oh * Math.ceil(ow / VECTOR)) / LANES), device);
  return { passes: [{ code: softwareCode, constants, bindings: BINDINGS, workgroups }] };
};

const ofAnySize: MaxPoolPlan = ({ shape, params, device }) => {
  const { batch, channels, oh, ow } = shape;
  const workgroups = spread(Math.ceil((batch * channels * oh * ow) / LANES), device);
  return { passes: [{ code: plainCode, constants: constantsOf(shape, params), bindings: BINDINGS, workgroups }] };
};

const software: MaxPoolPlan = (context) => {
  const { shape, params } = context;
  const isOfThree = shape.kernel === 3 && params.stride === 2 && shape.width % VECTOR === 0;
  return (isOfThree ? ofThree : ofAnySize)(context);
};

export const tuned = byDeviceKind({ software, hardware });
