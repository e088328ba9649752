/** `rows=3 cols=5, causal=1` */
export function sizesText(...sizes: readonly Readonly<Record<string, number>>[]): string {
  const lists = sizes.map((one) => Object.entries(one).map(([name, value]) => `${name}=${value}`));
  return lists
    .filter(({ length }) => length > 0)
    .map((list) => list.join(" "))
    .join(", ");
}
