import type { createColors } from "picocolors";

export type Colors = ReturnType<typeof createColors>;

/** How text for a terminal looks. */
export interface TextStyle {
  readonly colors: Colors;
  /** Terminal cells in a line. */
  readonly width: number;
}
