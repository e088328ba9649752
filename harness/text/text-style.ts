import type { createColors } from "picocolors";

export type Colors = ReturnType<typeof createColors>;

/** Colours and width of text for a terminal. */
export interface TextStyle {
  readonly colors: Colors;
  /** Terminal cells in a line. */
  readonly width: number;
}
