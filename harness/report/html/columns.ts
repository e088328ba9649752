// Lists of objects as columns: each key once, and similar values adjacent, which halves the size after deflate. Input and
// output are JSON; values without lists of objects stay unchanged.

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A list of lists: the length of each, and all their items in one list. */
type Joined = {
  readonly lengths: readonly number[];
  readonly items: Json;
};

/** A list of objects or null: the form of each (0 is null), and for each form its keys and their columns. */
type Table = {
  readonly forms: readonly (readonly [keys: readonly string[], columns: readonly Json[]])[];
  /** Omitted if all have the first form. */
  readonly which?: readonly number[];
  readonly length: number;
};

/** Marks an object that encodes a list; no other object has this key. */
const JOINED = "\u0001joined";
const TABLE = "\u0001table";

export function toColumns(value: unknown): Json {
  return Array.isArray(value) ? fromList(value) : isObject(value) ? mapValues(value, toColumns) : (value as Json);
}

function fromList(list: readonly unknown[]): Json {
  if (list.length < 2) return list.map(toColumns);
  if (list.every((item) => Array.isArray(item))) {
    const joined: Joined = { lengths: list.map(({ length }) => length), items: toColumns(list.flat(1)) };
    return { [JOINED]: joined };
  }
  if (list.every((item) => item === null || isObject(item)) && list.some(isObject)) return fromObjects(list);
  return list.map(toColumns);
}

function fromObjects(list: readonly (Record<string, unknown> | null)[]): Json {
  const forms = new Map<
    string,
    { readonly place: number; readonly keys: string[]; readonly objects: Record<string, unknown>[] }
  >();
  const which = list.map((item) => {
    if (item === null) return 0;
    const keys = Object.keys(item);
    const name = JSON.stringify(keys);
    const form = forms.get(name) ?? { place: forms.size + 1, keys, objects: [] };
    forms.set(name, form);
    form.objects.push(item);
    return form.place;
  });
  const table: Table = {
    forms: [...forms.values()].map(({ keys, objects }) => {
      return [keys, keys.map((key) => toColumns(objects.map((object) => object[key])))] as const;
    }),
    ...(which.every((place) => place === 1) ? {} : { which }),
    length: list.length,
  };
  return { [TABLE]: table };
}

/** The inverse of {@link toColumns}. */
export function fromColumns(value: Json): unknown {
  if (Array.isArray(value)) return value.map(fromColumns);
  if (!isObject(value)) return value;
  if (JOINED in value) return split(value[JOINED] as Joined);
  if (TABLE in value) return objectsOf(value[TABLE] as Table);
  return mapValues(value, (item) => fromColumns(item as Json));
}

function split({ lengths, items }: Joined): unknown[] {
  const all = fromColumns(items) as unknown[];
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return all.slice(start - length, start);
  });
}

function objectsOf({ forms, which, length }: Table): unknown[] {
  const columns = forms.map(([keys, own]) => [keys, own.map((column) => fromColumns(column) as unknown[])] as const);
  const next = forms.map(() => 0);
  return Array.from({ length }, (_, place) => {
    const form = (which?.[place] ?? 1) - 1;
    if (form < 0) return null;
    const [keys, values] = columns[form]!;
    const row = next[form]!++;
    return Object.fromEntries(keys.map((key, column) => [key, values[column]![row]]));
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapValues<T>(object: Record<string, unknown>, change: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
