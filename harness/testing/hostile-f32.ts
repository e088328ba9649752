import type { Random } from "../../reference/random.ts";

const MIN_NORMAL = 2 ** -126;
const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** Where the rounding of one operation goes. */
type Direction = "up" | "down" | "either";

/**
 * An f32 processor that keeps to WGSL and to nothing else: it rounds to either neighbour, flushes subnormal numbers,
 * fuses or not, adds in any order, and computes each built-in function as inaccurately as it may. The allowances are
 * written out here from WGSL's table (§15.7.4.1), apart from those of `reference/`, which are tested against them.
 */
export class HostileF32 {
  readonly #random: Random;
  readonly #direction: Direction;

  constructor(random: Random) {
    this.#random = random;
    this.#direction = random.pick(["up", "down", "either"]);
  }

  /** Correctly rounded. */
  round(value: number): number {
    const [below, above] = neighbours(value);
    return this.#flush(this.#side() < 0 ? below : above);
  }

  /** Off by all of an absolute error, or by a part of it. */
  within(value: number, error: number): number {
    const wanted = value + this.#side() * error * this.#random.pick([1, 1, 0.5, 0]);
    const fitting = neighbours(wanted).filter((one) => Math.abs(one - value) <= error);
    return this.#flush(fitting.length > 0 ? this.#random.pick(fitting) : this.round(value));
  }

  ulps(value: number, count: number): number {
    return this.within(value, count * ulp(value));
  }

  add = (x: number, y: number) => this.round(x + y);
  sub = (x: number, y: number) => this.round(x - y);
  mul = (x: number, y: number) => this.round(x * y);
  fma = (x: number, y: number, z: number) => (this.#coin() ? this.round(x * y + z) : this.add(this.mul(x, y), z));
  div = (x: number, y: number) => (this.#coin() ? this.ulps(x / y, 2.5) : this.mul(x, this.ulps(1 / y, 2.5)));
  rsqrt = (x: number): number => (this.#coin() ? this.ulps(1 / Math.sqrt(x), 2) : this.ulps(1 / this.sqrt(x), 2.5));
  sqrt = (x: number) => {
    const inverse = this.ulps(1 / Math.sqrt(x), 2);
    return this.ulps(1 / inverse, 2.5);
  };
  exp2 = (x: number) => this.#power(2 ** x, x);
  exp = (x: number): number =>
    this.#coin() ? this.#power(Math.exp(x), x) : this.exp2(this.mul(x, this.round(Math.LOG2E)));
  /** Taken literally, 2·|x| ULP of nothing would let exp(-1e9) be 3e-36. */
  #power = (exact: number, x: number) =>
    exact < MIN_NORMAL ? this.within(MIN_NORMAL / 2, MIN_NORMAL / 2) : this.ulps(exact, 3 + 2 * Math.abs(x));
  #logarithm = (exact: number, x: number) => (x >= 0.5 && x <= 2 ? this.within(exact, 2 ** -21) : this.ulps(exact, 3));
  log = (x: number): number =>
    this.#coin() ? this.#logarithm(Math.log(x), x) : this.mul(this.#logarithm(Math.log2(x), x), this.round(Math.LN2));
  log2 = (x: number) => this.#logarithm(Math.log2(x), x);
  pow = (x: number, y: number) => this.exp2(this.mul(y, this.log2(x)));
  tanh = (x: number) => {
    if (this.#coin() || Math.abs(x) > 80) return this.within(Math.tanh(x), 1e-5);
    const [up, down] = [this.exp(x), this.exp(-x)];
    return this.div(this.mul(this.sub(up, down), 0.5), this.mul(this.add(up, down), 0.5));
  };
  sigmoid = (x: number): number => {
    if (this.#coin() && Math.abs(x) < 80) return this.add(0.5, this.mul(0.5, this.tanh(this.mul(x, 0.5))));
    if (x > 0 || this.#coin()) return x < -85 ? 0 : this.div(1, this.add(1, this.exp(-x)));
    const power = this.exp(x);
    return this.div(power, this.add(1, power));
  };
  softplus = (x: number): number => {
    if (this.#coin() && x < 80) return this.log(this.add(1, this.exp(x)));
    return this.add(Math.max(x, 0), this.log(this.add(1, this.exp(-Math.abs(x)))));
  };
  /** An approximation of Φ by whatever polynomial. */
  normalCdf = (exact: number) => this.within(exact, 1e-6);

  /** In sequence, from the other end, in any order, as a tree, or in blocks. */
  sum(terms: readonly number[]): number {
    const how = this.#random.pick(["sequence", "shuffled", "tree", "blocks"]);
    if (how === "tree") return this.#tree(terms);
    if (how === "blocks") {
      const size = this.#random.integer(1, terms.length);
      const blocks: number[] = [];
      for (let at = 0; at < terms.length; at += size) blocks.push(this.#sequence(terms.slice(at, at + size)));
      return this.#sequence(blocks);
    }
    return this.#sequence(how === "shuffled" ? this.#random.shuffled(terms) : terms);
  }

  dot(a: readonly number[], b: readonly number[]): number {
    if (this.#coin()) return this.sum(a.map((x, i) => this.mul(x, b[i]!)));
    return a.reduce((total, x, i) => (i === 0 ? this.mul(x, b[i]!) : this.fma(x, b[i]!, total)), 0);
  }

  /** `exp(x - max x)` for each element. */
  shifted(x: readonly number[]): number[] {
    const { numbers, power } = this.#base(x);
    const maximum = Math.max(...numbers);
    return numbers.map((value) => power(this.sub(value, maximum)));
  }

  logSumExp(x: readonly number[]): number {
    const { numbers, power, isTwo } = this.#base(x);
    const { maximum, sum } = this.#expSum(numbers, power);
    return isTwo ? this.mul(this.add(maximum, this.log2(sum)), this.round(Math.LN2)) : this.add(maximum, this.log(sum));
  }

  softmax(x: readonly number[]): number[] {
    const { numbers, power, isTwo } = this.#base(x);
    const { maximum, sum } = this.#expSum(numbers, power);
    if (this.#coin()) {
      const total = this.add(maximum, isTwo ? this.log2(sum) : this.log(sum));
      return numbers.map((value) => power(this.sub(value, total)));
    }
    return numbers.map((value) => this.div(power(this.sub(value, maximum)), sum));
  }

  /** The numbers whose powers are taken: as they are, or times log2 e for exp2. */
  #base(x: readonly number[]): {
    readonly numbers: readonly number[];
    readonly power: (x: number) => number;
    readonly isTwo: boolean;
  } {
    if (this.#coin()) return { numbers: x, power: this.exp, isTwo: false };
    const factor = this.round(Math.LOG2E);
    return { numbers: x.map((value) => this.mul(value, factor)), power: this.exp2, isTwo: true };
  }

  /** In two passes or online. */
  #expSum(x: readonly number[], power: (x: number) => number): { readonly maximum: number; readonly sum: number } {
    if (this.#coin()) {
      const maximum = Math.max(...x);
      return { maximum, sum: this.sum(x.map((value) => power(this.sub(value, maximum)))) };
    }
    let maximum = x[0]!;
    let sum = 1;
    for (const value of x.slice(1)) {
      const larger = Math.max(maximum, value);
      sum = this.add(this.mul(sum, power(this.sub(maximum, larger))), power(this.sub(value, larger)));
      maximum = larger;
    }
    return { maximum, sum };
  }

  #sequence(terms: readonly number[]): number {
    return terms.slice(1).reduce((total, term) => this.add(total, term), terms[0]!);
  }

  #tree(terms: readonly number[]): number {
    if (terms.length === 1) return terms[0]!;
    const half = terms.length >> 1;
    return this.add(this.#tree(terms.slice(0, half)), this.#tree(terms.slice(half)));
  }

  #coin(): boolean {
    return (this.#random.bits() & 1) === 1;
  }

  #side(): number {
    if (this.#direction === "up") return 1;
    if (this.#direction === "down") return -1;
    return this.#coin() ? 1 : -1;
  }

  #flush(value: number): number {
    return Math.abs(value) < MIN_NORMAL && this.#coin() ? 0 : value;
  }
}

/** The distance between the f32 numbers around a value (WGSL, "units in the last place"). */
function ulp(value: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return 2 ** (Math.max(exponent, -126) - 23);
}

/** The f32 numbers on either side of a value; the value itself, twice, if it is one. */
function neighbours(value: number): [below: number, above: number] {
  const nearest = Math.fround(value);
  if (nearest === value || !Number.isFinite(nearest)) return [nearest, nearest];
  if (nearest === 0) return value > 0 ? [0, 2 ** -149] : [-(2 ** -149), 0];
  float[0] = nearest;
  const isAbove = nearest > value;
  word[0]! += isAbove === value > 0 ? -1 : 1;
  const other = float[0]!;
  return isAbove ? [other, nearest] : [nearest, other];
}
