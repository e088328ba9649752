/**
 * Replaces a value in a plan that is not data. A plain object, so that it survives a message between processes.
 */
export interface NotData {
  /** A description of the value: `NaN`, `a function`. */
  readonly notData: string;
}

export function isNotData(value: unknown): value is NotData {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length === 1 &&
    typeof (value as Partial<NotData>).notData === "string"
  );
}

/**
 * Decodes a value from the sandbox; `sandbox-prelude.ts` describes the encoding.
 *
 * @param encoded as parsed from JSON
 * @param strings the long strings, each once
 */
export function decodeValue(encoded: unknown, strings: readonly string[]): unknown {
  if (Array.isArray(encoded)) {
    const [tag, first] = encoded;
    if (tag === 1) return { notData: String(first) };
    if (tag === 2) return strings[first as number];
    return encoded.slice(1).map((item) => decodeValue(item, strings));
  }
  if (typeof encoded !== "object" || encoded === null) return encoded;
  const members = Object.entries(encoded).map(([name, member]) => [name, decodeValue(member, strings)] as const);
  // `fromEntries` defines properties, so a member named `__proto__` is just a member.
  return Object.fromEntries(members);
}
