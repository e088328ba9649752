// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./conv2d.wgsl";

const LANES = 64;

export default function plan({ shape, params }: PlanContext<"conv2d">): Plan<"conv2d"> {
  const { batch, channels, height, width, filters, kernel, oh, ow } = shape;
  const images = batch * filters;
  const across = Math.min(images, 4096);
  return {
    passes: [
      {
        code,
        constants: {
          ...{ CHANNELS: channels, HEIGHT: height, WIDTH: width, FILTERS: filters, KERNEL: kernel, OH: oh, OW: ow },
          ...{ IMAGES: images, STRIDE: params.stride, PADDING: params.padding },
        },
        bindings: ["x", "w", "b", "y"],
        workgroups: [Math.ceil((oh * ow) / LANES), across, Math.ceil(images / across)],
      },
    ],
  };
}
