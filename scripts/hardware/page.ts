import { duration, factor, percent } from "../../harness/report/terminal/measurement-text.ts";
import type { Conditions } from "../../harness/results/measurement.ts";
import { betweenMarks } from "../proofs/between-marks.ts";
import { markdownTable } from "../proofs/table.ts";
import type { Machine } from "./read-machine.ts";

/** The page with the tables of these machines between its marks. */
export function withMachines(page: string, machines: readonly Machine[]): string {
  return betweenMarks(page, "docs/hardware.md", "hardware", machinesText(machines));
}

/** A table of machines, then a table of kernels for each. */
export function machinesText(machines: readonly Machine[]): string {
  const rows = machines.map((machine) => {
    const { doctor, calibration, graded } = machine;
    const counts = graded && `${graded.verdicts.length} judged, ${graded.measured} measured`;
    return [
      adapterOf(machine)?.description ?? "none",
      adapterOf(machine)?.driver ?? "",
      machine.date,
      doctor === undefined ? "failed" : doctor.ok ? "ready" : "not ready",
      counts ?? "failed",
      calibration?.verdict ?? "failed",
    ];
  });
  const heads = ["adapter", "driver", "date", "doctor", "grade", "calibrate"];
  return [markdownTable(heads, rows), ...machines.flatMap(kernelsOf)].join("\n\n");
}

function adapterOf({ doctor, kernels }: Machine) {
  return doctor?.adapter ?? kernels.find((kernel) => kernel.state === "measured")?.adapter;
}

/** Each task's tuned kernel, on its large shape. */
function kernelsOf(machine: Machine): string[] {
  const rows = machine.kernels.flatMap((kernel) => {
    if (kernel.state === "failed") return [];
    const { candidateNs, yardstickNs, speedup, rooflineShare, isImplausible } = kernel.shapes[0]!;
    return [
      [
        kernel.task,
        duration(yardstickNs),
        duration(candidateNs),
        `${factor(speedup.estimate)} (${factor(speedup.low)} to ${factor(speedup.high)})`,
        `${percent(rooflineShare)}${isImplausible ? " (!)" : ""}`,
        throttlingWords(kernel.conditions),
      ],
    ];
  });
  const failed = machine.kernels.flatMap((kernel) =>
    kernel.state === "failed" ? [`- \`${kernel.task}\`: ${kernel.message}`] : [],
  );
  const heads = ["task", "plain", "tuned", "plain / tuned (95 % interval)", "of roofline", "throttling"];
  const title = `**${adapterOf(machine)?.description ?? "No adapter"}**: tuned kernels on their large shapes.`;
  return [title, markdownTable(heads, rows), ...(failed.length === 0 ? [] : ["Not measured:", failed.join("\n")])];
}

function throttlingWords(conditions: Conditions | undefined): string {
  if (conditions === undefined) return "unknown";
  const { throttledBy, leastClockMhz, mostClockMhz } = conditions;
  if (throttledBy.length === 0) return conditions.source === "amdgpu" ? "unknown" : "none";
  const clock = leastClockMhz === undefined ? "" : `, ${leastClockMhz} to ${mostClockMhz} MHz`;
  return `${throttledBy.map(({ reason }) => reason).join(", ")}${clock}`;
}
