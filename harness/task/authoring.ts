/** What `import … from "kernelmark/task"` gives to a task outside of this repository. */
export * from "../../reference/bounded.ts";
export type { CaseLibrary } from "./case-library.ts";
export { pairCases, rowCases, sizeCases } from "./case-library.ts";
export type { TaskDefinition } from "./compose-task.ts";
export { composeTask } from "./compose-task.ts";
export { atMost, flag, multiple, notNegative } from "./constraints.ts";
export type { Draw } from "./data-library.ts";
export { bothSigns, cloud, corners, ends, i8, magnitudes, normal, offset, spike, u4, uniform } from "./data-library.ts";
export { missingTerms, reductionMistakes } from "./mistake-library.ts";
export type { Constraint, EditedMistake, Task } from "./task.ts";
