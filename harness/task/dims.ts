import type { Shape } from "../../reference/oracle.ts";
import type { ElementType, TensorSpec } from "./task.ts";

/** Elements of each type in one 32-bit word. */
const ELEMENTS_PER_WORD: Readonly<Record<ElementType, number>> = { f32: 1, u32: 1, i8: 4, u4: 8 };

/** The size of each axis of a tensor. */
export function dimSizes(tensor: Pick<TensorSpec, "name" | "dims">, shape: Shape): number[] {
  return tensor.dims.map((expression) => {
    const fail = (reason: string): never => {
      throw new Error(`tensor ${tensor.name}[${tensor.dims.join(", ")}]: ${reason}`);
    };
    const size = new Expression(expression, shape, fail).value();
    if (!Number.isSafeInteger(size) || size < 1) fail(`${expression} must be a positive integer, got ${size}`);
    return size;
  });
}

/** The number of a tensor's elements. */
export function elementCount(tensor: TensorSpec, shape: Shape): number {
  return dimSizes(tensor, shape).reduce((product, size) => product * size, 1);
}

/** The number of 32-bit words of a tensor's buffer: packed rows end with a whole word. */
export function wordCount(tensor: TensorSpec, shape: Shape): number {
  const sizes = dimSizes(tensor, shape);
  const row = Math.ceil((sizes.at(-1) ?? 1) / ELEMENTS_PER_WORD[tensor.type]);
  return sizes.slice(0, -1).reduce((product, size) => product * size, row);
}

/** The size of a tensor's buffer in bytes. */
export function bufferBytes(tensor: TensorSpec, shape: Shape): number {
  return wordCount(tensor, shape) * Uint32Array.BYTES_PER_ELEMENT;
}

/** Sums and differences of products of names and whole numbers, with exact division and `ceil(…)`; evaluated while parsing. */
class Expression {
  readonly #tokens: string[];
  readonly #text: string;
  readonly #shape: Shape;
  readonly #fail: (reason: string) => never;
  #at = 0;

  constructor(text: string, shape: Shape, fail: (reason: string) => never) {
    this.#tokens = text.match(/\w+|[^\s\w]/g) ?? [];
    this.#text = text;
    this.#shape = shape;
    this.#fail = fail;
  }

  value(): number {
    const value = this.#sum(false);
    if (this.#at < this.#tokens.length) this.#fail(`"${this.#text}" has a stray "${this.#tokens[this.#at]}"`);
    return value;
  }

  #sum(isRounded: boolean): number {
    let value = this.#product(isRounded);
    for (;;) {
      if (this.#take("+")) value += this.#product(isRounded);
      else if (this.#take("-")) value -= this.#product(isRounded);
      else return value;
    }
  }

  #product(isRounded: boolean): number {
    let value = this.#factor(isRounded);
    for (;;) {
      if (this.#take("*")) {
        value *= this.#factor(isRounded);
      } else if (this.#take("/")) {
        const divisor = this.#factor(isRounded);
        if (!isRounded && value % divisor !== 0) {
          this.#fail(`${this.#text} does not divide evenly: ${value}/${divisor} is not a whole number`);
        }
        value /= divisor;
      } else {
        return value;
      }
    }
  }

  #factor(isRounded: boolean): number {
    if (this.#take("(")) return this.#closed(this.#sum(isRounded));
    const token = this.#tokens[this.#at++] ?? this.#fail(`"${this.#text}" ends too early`);
    if (/^\d+$/.test(token)) return Number(token);
    if (token === "ceil" && this.#take("(")) return Math.ceil(this.#closed(this.#sum(true)));
    if (Object.hasOwn(this.#shape, token)) return this.#shape[token]!;
    const names = Object.keys(this.#shape).join(", ");
    return this.#fail(`"${token}" is not a name of the shape, which has ${names}`);
  }

  #closed(value: number): number {
    if (!this.#take(")")) this.#fail(`"${this.#text}" lacks a ")"`);
    return value;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}
