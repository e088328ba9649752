import type * as z from "zod";

/** A schema's output type, immutable. */
export type Written<Schema extends z.core.$ZodType> = Unchanging<z.output<Schema>>;

export type Unchanging<T> = T extends object ? { readonly [K in keyof T]: Unchanging<T[K]> } : T;
