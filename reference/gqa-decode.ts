import { attentionRow } from "./attention.ts";
import type { EvaluateUnit, Oracle, Problem } from "./oracle.ts";

export type GqaDecodeShape = "batch" | "q_heads" | "kv_heads" | "context" | "dim";

/**
 * One step of decoding with grouped queries: query head `h` of sequence `b` attends to the first `lengths[b]` positions
 * of key/value head `h / (q_heads/kv_heads)`. One unit is a query head of a sequence. It is a row of attention, with
 * that row's bound: positions past the length are not read, so their contents have no effect.
 */
export const gqaDecode: Oracle<GqaDecodeShape, never> = {
  units: ({ batch, q_heads }) => batch * q_heads,
  prepare({ shape, inputs }: Problem<GqaDecodeShape, never>): EvaluateUnit {
    const { q_heads, kv_heads, context, dim } = shape;
    const operands = { q: inputs.q!, k: inputs.k_cache!, v: inputs.v_cache! };
    const lengths = inputs.lengths!;
    const group = q_heads / kv_heads;
    return (unit, into, slot) => {
      const sequence = Math.floor(unit / q_heads);
      const kvHead = Math.floor((unit % q_heads) / group);
      const cacheAt = (sequence * kv_heads + kvHead) * context * dim;
      const row = {
        dim,
        keys: lengths[sequence]!,
        qAt: unit * dim,
        kAt: cacheAt,
        kStride: dim,
        vAt: cacheAt,
        vStride: dim,
      };
      attentionRow(operands, row, into.out!, slot * dim);
    };
  },
};
