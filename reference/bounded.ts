// The operations that reference functions are written in. See bounded/vector.ts for what they carry along.
// Tasks outside of the repository cannot import it themselves.
export { bisectLeft, bisectRight } from "d3-array";
export * from "./bounded/alternatives.ts";
export * from "./bounded/arithmetic.ts";
export * from "./bounded/choices.ts";
export * from "./bounded/functions.ts";
export { mix } from "./bounded/mix.ts";
export { remembered } from "./bounded/remembered.ts";
export * from "./bounded/softmax.ts";
export * from "./bounded/sums.ts";
export {
  bounded,
  concat,
  concatAll,
  float64,
  gather,
  gatherBy,
  perturbed,
  repeated,
  tiled,
  Vector,
} from "./bounded/vector.ts";
