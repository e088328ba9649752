/** In the order in which they are tried. */
export const adapterNames = ["gpu", "lavapipe", "swiftshader"] as const;
export type AdapterName = (typeof adapterNames)[number];

/** An adapter, as a run records it. */
export interface AdapterDescription {
  /** `gpu` is also the name of the system's adapter on Windows and macOS, even without a GPU. */
  readonly name: AdapterName;
  readonly kind: "hardware" | "software";
  /** For people: `nvidia-h200 (NVIDIA: 570.86.15)`. */
  readonly description: string;
  readonly vendor: string;
  readonly architecture: string;
  /** The driver and its version, as far as Dawn reports them. */
  readonly driver: string;
}
