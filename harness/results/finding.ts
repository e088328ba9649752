import type { findingSchema } from "./finding-schema.ts";
import type { Written } from "./written.ts";

/** What a finding is about: where the output is wrong, in what way, what may be the cause, or how the code is written. */
export const ASPECTS = ["where", "how", "why", "code", "speed"] as const;

/** One thing that was found out about a submission, for people. */
export type Finding = Written<typeof findingSchema>;
