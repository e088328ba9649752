import * as z from "zod/mini";

const constant = z.union([z.number(), z.pipe(z.boolean(), z.transform(Number))]);

/** The scratch buffer, and the byte offset in it, of three u32 workgroup counts. */
const indirect = z.strictObject({ indirect: z.string(), offset: z.optional(z.number()) });

/** One dispatch. */
const pass = z.strictObject({
  /** WGSL source. */
  code: z.string().check(z.minLength(1)),
  /** Needed only if the module has more than one `@compute` function. */
  entryPoint: z.optional(z.string().check(z.minLength(1))),
  /** Values of `override` declarations. */
  constants: z.optional(z.record(z.string(), constant)),
  /** Tensors and scratch buffers, in the order of `@group(0) @binding(i)`. */
  bindings: z.array(z.string()),
  workgroups: z.union([z.array(z.number()), indirect]),
});

/** The form of a plan. `checkPlan` checks it against a task. */
export const planSchema = z.strictObject({
  passes: z.array(pass).check(z.minLength(1)),
  /** The plan's own buffers, with sizes in bytes, zero-filled before every run. */
  scratch: z.optional(z.record(z.string(), z.number())),
  /** WebGPU features that the plan needs. */
  requires: z.optional(z.array(z.string())),
});

export const PASS_FIELDS = Object.keys(pass.shape);
export const INDIRECT_FIELDS = Object.keys(indirect.shape);
