import type { Results } from "./results.ts";

/** In the order in which they are tried. */
export const adapterNames = ["gpu", "lavapipe", "swiftshader"] as const;
export type AdapterName = (typeof adapterNames)[number];

/** An adapter, as a run records it. */
export type AdapterDescription = Results["adapter"];
