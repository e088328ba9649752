import type * as z from "zod";

/** What a schema gives for data that was read. Nothing changes it afterwards. */
export type Written<Schema extends z.core.$ZodType> = Unchanging<z.output<Schema>>;

export type Unchanging<T> = T extends object ? { readonly [K in keyof T]: Unchanging<T[K]> } : T;
