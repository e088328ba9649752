/** In the order in which they are tried. */
export const adapterNames = ["gpu", "lavapipe", "swiftshader"] as const;
export type AdapterName = (typeof adapterNames)[number];
