/** `gpu` is any GPU; the others are software adapters: lavapipe and SwiftShader on Linux, WARP on Windows. */
export const adapterNames = ["gpu", "lavapipe", "swiftshader", "warp"] as const;
export type AdapterName = (typeof adapterNames)[number];
