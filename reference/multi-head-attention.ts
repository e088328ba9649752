import { attend, scoreFactor } from "./attention.ts";
import { concat, gatherBy, matVec, type Vector } from "./bounded.ts";

export type MultiHeadShape = "tokens" | "model" | "heads";
export type MultiHeadInput = "x" | "wq" | "wk" | "wv" | "wo" | "bq" | "bk" | "bv" | "bo";

type Inputs = Readonly<Record<MultiHeadInput, Vector>>;

/**
 * Multi-head attention with its four projections, of one token after the other. Keys and values of all tokens are
 * computed once.
 */
export function multiHeadAttention(
  { x: all, wq, wk, wv, wo, bq, bk, bv, bo }: Inputs,
  { tokens, model, heads }: Readonly<Record<MultiHeadShape, number>>,
) {
  const dim = model / heads;
  const factor = scoreFactor(all.exactly(dim));
  const byHead = (project: (x: Vector) => Vector) => {
    const rows = concat(...Array.from({ length: tokens }, (_, token) => project(all.slice(token * model, model))));
    const at = (head: number, index: number) => Math.floor(index / dim) * model + head * dim + (index % dim);
    return Array.from({ length: heads }, (_, head) => gatherBy(rows, tokens * dim, (index) => at(head, index)));
  };
  const toQuery = projection(wq, bq);
  const toOutput = projection(wo, bo);
  const keys = byHead(projection(wk, bk));
  const values = byHead(projection(wv, bv));
  return ({ x }: Inputs, { unit, causal }: { readonly unit: number; readonly causal: Vector }) => {
    const visible = causal.values[0] === 0 ? tokens : unit + 1;
    const q = toQuery(x);
    const attended = keys.map((k, head) =>
      attend(q.slice(head * dim, dim), k.slice(0, visible * dim), values[head]!.slice(0, visible * dim), factor),
    );
    return { out: toOutput(concat(...attended)) };
  };
}

/** `weights·x + bias`. A kernel may add the bias before or after any other term: it is one more column, times 1. */
function projection(weights: Vector, bias: Vector): (x: Vector) => Vector {
  const columns = weights.length / bias.length;
  const rows = Array.from({ length: bias.length }, (_, row) =>
    concat(weights.slice(row * columns, columns), bias.at(row)),
  );
  const matrix = concat(...rows);
  return (x) => matVec(matrix, concat(x, x.exactly(1)));
}
