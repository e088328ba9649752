import { betweenMarks } from "../proofs/between-marks.ts";
import { markdownTable } from "../proofs/table.ts";
import { joinParts, type Measured, stateOf } from "./measured.ts";
import { PACKAGES } from "./packages.ts";
import { HEADINGS, rowsOf } from "./tables.ts";
import { UNEXPRESSED } from "./unexpressed.ts";

/** docs/speed.md with new tables between its marks: one for each adapter and machine, then what no peer expresses. */
export function withPeers(page: string, measured: readonly Measured[]): string {
  const packages = Object.entries(PACKAGES).map(([name, version]) => `\`${name}\` ${version}`);
  const parts = [
    `Peers: ${packages.join(", ")}. int8, int4 and nf4 are products of f32 with weights that were dequantised before.`,
    ...joinParts(measured).flatMap(sectionOf),
    "No peer has an expression for these tasks:",
    markdownTable(["task", "reason"], Object.entries(UNEXPRESSED)),
  ];
  return betweenMarks(page, "docs/speed.md", "bench:peers", parts.join("\n\n"));
}

function sectionOf({ adapter, machine, node, date, seconds, runs, absent, shapes }: Measured): string[] {
  const head = `On ${adapter}, ${machine}, Node ${node}, ${date}: ${runs} runs of ${seconds} s for each shape.`;
  const missing = Object.entries(absent).map(([peer, reason]) => `${peer} was not measured: ${reason}.`);
  const wrong = shapes.flatMap(({ contestants }) => contestants).filter((one) => stateOf(one) === "wrong").length;
  const notes = wrong === 0 ? [] : [`Wrong results have no time: ${wrong} here.`];
  return [[head, ...missing, ...notes].join(" "), markdownTable(HEADINGS, rowsOf(shapes))];
}
