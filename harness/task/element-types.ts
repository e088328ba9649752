import type { Tensor } from "../../reference/oracle.ts";
import { BYTES_PER_WORD, NIBBLES_PER_WORD, nibble, pack, rowWords, signedByte } from "../../reference/packing.ts";
import type { ElementType } from "./task.ts";

/** A tensor with these elements, in rows of `cols`. */
export function packed(type: ElementType, cols: number, values: readonly number[]): Tensor {
  if (type === "f32") return Float32Array.from(values);
  if (type === "u32") return Uint32Array.from(values);
  const perWord = type === "i8" ? BYTES_PER_WORD : NIBBLES_PER_WORD;
  return pack(perWord, values.length / cols, cols, (row, column) => values[row * cols + column]!);
}

/** A tensor's elements as numbers, without the padding of packed rows. */
export function unpacked(type: ElementType, cols: number, tensor: Tensor): ArrayLike<number> {
  if (type === "f32" || type === "u32") return tensor;
  const [element, perWord] = type === "i8" ? [signedByte, BYTES_PER_WORD] : [nibble, NIBBLES_PER_WORD];
  const words = rowWords(cols, perWord);
  const values = new Float64Array((tensor.length / words) * cols);
  for (let start = 0, at = 0; at < values.length; start += words) {
    for (let column = 0; column < cols; column++) values[at++] = element(tensor, start, column);
  }
  return values;
}
