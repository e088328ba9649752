/** Tried in this order. */
export const adapterNames = ["gpu", "lavapipe", "swiftshader"] as const;
export type AdapterName = (typeof adapterNames)[number];
