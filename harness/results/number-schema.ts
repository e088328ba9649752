import * as z from "zod";

/** A number; infinities and NaN, which JSON lacks, are written as strings. */
export const float = z.union([z.number(), z.enum(["Infinity", "-Infinity", "NaN"]).transform(Number)]);
export const floatAsWritten = z.union([z.number(), z.string()]);
export const sizes = z.record(z.string(), z.number());
