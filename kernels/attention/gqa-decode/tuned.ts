import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import type { DeviceContext, Pass, Plan, PlanFunction } from "../../../harness/task/plan.ts";
import type { Shape } from "../../../reference/oracle.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { ownRows } from "../../software/shared-rows.ts";
import { onlineKernel, QUERIES_AT_ONCE } from "../online.ts";
import { attendModule } from "../software-flash.ts";
import unbiased from "../software-unbiased.wgsl";
import type { GqaDecodeShape } from "./plain.ts";
import code from "./tuned.wgsl";
import joinCode from "./tuned-join.wgsl";
import softwareCode from "./tuned-software.wgsl";

/** Positions in a part of the cache: few enough to give every core of an adapter work. */
const PART = 256;
const SMALL_PART = 64;
/** A lane of a software adapter takes a part. */
const SOFTWARE_LANES = 8;
const MANY_PARTS = 256;
const JOIN_SIZE = 64;

const hardware: PlanFunction<GqaDecodeShape, never> = ({ shape, device }) => {
  const { kv_heads, context, dim } = shape;
  const part = onlineKernel(code, { keys: context, dim, row: dim });
  const pass = {
    code: part.code,
    constants: { ...part.constants, KV_HEADS: kv_heads },
    bindings: ["q", "k_cache", "v_cache", "lengths", "values", "weights"],
  };
  return splitPlan(pass, shape, PART, 1, device);
};

const software: PlanFunction<GqaDecodeShape, never> = ({ shape, device }) => {
  const { batch, kv_heads, context, dim } = shape;
  const partSize = (batch * kv_heads * context) / PART >= MANY_PARTS ? PART : SMALL_PART;
  const width = widthFor(dim);
  const pass = {
    code: attendModule(ownRows("keys", "values"), width, softwareCode, unbiased),
    constants: { KV_HEADS: kv_heads, DIM: dim, ROW: dim / width },
    bindings: ["q", "k_cache", "v_cache", "values", "lengths", "weights"],
  };
  return splitPlan(pass, shape, partSize, SOFTWARE_LANES, device);
};

export const tuned = byDeviceKind({ software, hardware });

/**
 * A pass over parts of the cache, and the pass that joins them.
 *
 * @param perWorkgroup parts that a workgroup takes
 */
function splitPlan(
  pass: Pick<Pass, "code" | "constants" | "bindings">,
  { batch, q_heads, kv_heads, context, dim }: Shape<GqaDecodeShape>,
  partSize: number,
  perWorkgroup: number,
  device: DeviceContext,
): Plan {
  const parts = Math.ceil(context / partSize);
  const quartets = Math.ceil(q_heads / kv_heads / QUERIES_AT_ONCE);
  const rows = batch * q_heads;
  const constants = { BATCH: batch, Q_HEADS: q_heads, CONTEXT: context, PART: partSize };
  return {
    passes: [
      {
        ...pass,
        constants: { ...constants, ...pass.constants },
        workgroups: spread(Math.ceil((batch * kv_heads * quartets * parts) / perWorkgroup), device),
      },
      {
        code: joinCode,
        constants: { ...constants, DIM: dim },
        bindings: ["lengths", "values", "weights", "out"],
        workgroups: spread(Math.ceil((rows * dim) / JOIN_SIZE), device),
      },
    ],
    scratch: { values: 4 * rows * parts * dim, weights: 8 * rows * parts },
  };
}
