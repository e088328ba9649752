/** Larger problems have few units for each value, or are judged on a sample. */
const MOST_REMEMBERED = 1024;

/** Remembers the function's results, for values that many units share, such as a dequantized row of weights. */
export function remembered<T>(of: (index: number) => T): (index: number) => T {
  const known = new Map<number, T>();
  return (index) => {
    let value = known.get(index);
    if (value === undefined) {
      value = of(index);
      if (known.size === MOST_REMEMBERED) known.clear();
      known.set(index, value);
    }
    return value;
  };
}
