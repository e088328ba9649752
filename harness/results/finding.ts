import type { Written } from "../task/written.ts";
import type { findingSchema } from "./finding-schema.ts";

/** One finding about a submission, for people. */
export type Finding = Written<typeof findingSchema>;
