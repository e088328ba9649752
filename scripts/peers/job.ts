import type { Roofline } from "../../harness/results/measurement.ts";
import type { MeasuredShape } from "./measured.ts";

/** What a measuring process is asked for, as JSON in its argument. */
export type Job =
  | { readonly kind: "roofline"; readonly adapterKind: "hardware" | "software" }
  | {
      readonly kind: "task";
      readonly adapterKind: "hardware" | "software";
      readonly folder: string;
      readonly task: string;
      /** As in `--shape`; all of the task's if absent. */
      readonly shape?: string;
      readonly seconds: number;
      readonly run: number;
      readonly roofline: Roofline;
    };

export interface TaskResult {
  /** Peers that could not be opened, with the error. */
  readonly absent: Readonly<Record<string, string>>;
  readonly shapes: readonly MeasuredShape[];
}
