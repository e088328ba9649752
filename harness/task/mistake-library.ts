import type { EditedMistake } from "./task.ts";

/** A loop `for (var c = 0u; c < COLS; c++)` of a plain kernel, by the beginning of its body's first line. */
interface Loop {
  readonly variable: string;
  readonly end: string;
  readonly body: string;
  /** What the loop makes: "the mean square". */
  readonly makes: string;
}

const TILE = 64;

/** What goes wrong with every reduction: its last element, or a last tile that is not full, is left out. */
export function reductionMistakes({ variable, end, body, makes }: Loop): EditedMistake[] {
  const head = (bound: string) => `${variable} < ${bound}; ${variable}++) {\n    ${body}`;
  return [
    {
      name: "last-element-left-out",
      about: `the last element is missing from ${makes}`,
      hint: `The loop for ${makes} ends one too early: let ${variable} run while ${variable} < ${end}.`,
      edits: [[head(end), head(`${end} - 1`)]],
    },
    {
      name: "ragged-tile-left-out",
      about: `elements past the last whole tile of ${TILE} are missing from ${makes}`,
      hint: `${end} need not be a multiple of ${TILE}: round the number of tiles up, and guard the last one.`,
      edits: [[head(end), head(`${end} / ${TILE} * ${TILE}`)]],
    },
  ];
}
