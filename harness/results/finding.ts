import type { Written } from "../task/written.ts";
import type { findingSchema } from "./finding-schema.ts";

/** One thing that was found out about a submission, for people. */
export type Finding = Written<typeof findingSchema>;
