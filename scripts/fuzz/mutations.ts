import fc from "fast-check";

/** Pieces that are difficult for parsers. */
const PIECES = [
  "",
  "\u0000",
  "\u202e",
  "\ud800",
  "\ufeff",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  "/*",
  "*/",
  "//",
  "\n",
  "\r",
  "\u2028",
  '"',
  "'",
  "`",
  "${",
  "\\",
  "@",
  ";",
  ",",
  ":",
  "- ",
  "&a",
  "*a",
  "<<",
  "!!js",
  "null",
  "NaN",
  "Infinity",
  "-1",
  "0",
  "1e999",
  "4294967296",
  "9007199254740993",
  "0x7fffffff",
  "__proto__",
  "constructor",
  "toString",
  "then",
  "undefined",
  "async ",
  "await ",
  "import ",
  "export ",
  "<",
  ">",
  "array<f32>",
  "u32",
];

/** As `fc.string({ unit: "binary" })`, which takes more than a second to make a table of all characters. */
const anyCharacters = fc.array(fc.nat(0x10ffff), { maxLength: 8 }).map((points) => String.fromCodePoint(...points));

const piece = fc.oneof(
  fc.constantFrom(...PIECES),
  anyCharacters,
  fc.constantFrom(...PIECES).map((text) => text.repeat(40)),
);

/** A text with a few places removed, doubled, or replaced. */
export function mutated(texts: readonly string[], most = 4): fc.Arbitrary<string> {
  const edit = fc.record({ at: fc.nat(), length: fc.nat(12), to: piece, isDoubled: fc.boolean() });
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: most })).map(([text, edits]) => {
    let result = text;
    for (const { at, length, to, isDoubled } of edits) {
      const from = at % (result.length + 1);
      const end = from + length;
      result = result.slice(0, from) + to + (isDoubled ? result.slice(from, end) : "") + result.slice(end);
    }
    return result;
  });
}

/** Bytes that are not text. */
export const noise: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 400 });

/** Any JSON, with names and numbers that are difficult for programs. */
export const anyJson: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .chain((value) => fc.constantFrom(value, value, value, ...ODD_VALUES));

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  -0,
  1e308,
  -1,
  0.5,
  2 ** 53,
  "",
  "__proto__",
  "\u0000",
  [],
  {},
  [[]],
  { notData: "NaN" },
  { notData: "constructor" },
  JSON.parse('{"__proto__": 1, "constructor": 2}'),
];

/** A value with some places replaced by another, removed, or doubled. */
export function mutatedJson(values: readonly unknown[], most = 3): fc.Arbitrary<unknown> {
  const edit = fc.record({
    path: fc.array(fc.nat(1000), { minLength: 1, maxLength: 7 }),
    to: anyJson,
    kind: fc.nat(4),
  });
  return fc
    .tuple(fc.constantFrom(...values), fc.array(edit, { minLength: 1, maxLength: most }))
    .map(([value, edits]) =>
      edits.reduce<unknown>((result, { path, to, kind }) => changed(result, path, to, kind), structuredClone(value)),
    );
}

function changed(value: unknown, [step, ...rest]: readonly number[], to: unknown, kind: number): unknown {
  if (typeof value !== "object" || value === null || step === undefined) return to;
  const names = Object.keys(value);
  if (names.length === 0) return to;
  const name = names[step % names.length]!;
  const entries = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    if (key !== name) return [[key, member]];
    if (rest.length > 0) return [[key, changed(member, rest, to, kind)]];
    if (kind === 0) return [];
    if (kind === 1)
      return [
        [key, member],
        [`${key}${key}`, member],
      ];
    return [[key, to]];
  });
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}
