/** What `import … from "kernelmark/task"` gives to a task outside of this repository. */
export * from "../../reference/bounded.ts";
export type { Problem, Span } from "../../reference/oracle.ts";
export type { Random } from "../../reference/random.ts";
export type { CaseLibrary } from "./case-library.ts";
export { casesOf, clusterCases, pairCases, rowCases, sizeCases } from "./case-library.ts";
export type { DrawInputs, TaskDefinition } from "./compose-task.ts";
export { composeTask } from "./compose-task.ts";
export {
  atMost,
  flag,
  fraction,
  fractions,
  indicesOf,
  multiple,
  notNegative,
  paramRange,
  partlyMasked,
  positiveInteger,
  symmetric,
  upperTriangular,
} from "./constraints.ts";
export type { Draw } from "./data-library.ts";
export {
  bothSigns,
  cloud,
  corners,
  ends,
  endsInTurn,
  halfSteps,
  i8,
  linearWeights,
  magnitudes,
  mirrored,
  normal,
  offset,
  oneAtOrigin,
  outliers,
  rowwise,
  spike,
  strays,
  u4,
  uniform,
  wholeNumbers,
  withZeroRows,
} from "./data-library.ts";
export { lanesFor } from "./lanes-per-row.ts";
export { axisMistakes, missingTerms, mistakes, reductionMistakes } from "./mistake-library.ts";
export { declarationsOf, spread } from "./one-pass.ts";
export { rowTurns } from "./places.ts";
export { invocationPerRow } from "./row-blocks.ts";
export * as rows from "./row-data.ts";
export { headwise, MOST_SCORE, MOST_VALUE, scoreKinds, seenScores } from "./score-data.ts";
export { causalMistakes, scoreMistakes, tileMistakes } from "./score-mistakes.ts";
export type { Constraint, DeclaredRange, Mistake, Task } from "./task.ts";
