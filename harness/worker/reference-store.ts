import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Outputs } from "../judge/judge-case.ts";
import type { CaseReference } from "../judge/reference.ts";
import { replaceFileSync } from "../system/replace-file.ts";
import type { Case } from "../task/case.ts";

/**
 * The files that carry references from the process that makes them to the workers that judge with them: one per case,
 * and one per case and mistake that a diagnosis has asked for. Only our own processes write them.
 */
export function writeReference(folder: string, reference: CaseReference): void {
  write(referencePath(folder, reference.case.task, reference.case.index), reference);
}

export function readReference(folder: string, task: string, caseIndex: number): CaseReference {
  return deserialize(readFileSync(referencePath(folder, task, caseIndex))) as CaseReference;
}

/** Keeps the outputs of the plain kernel with one of the task's mistakes. */
export function writeMistaken(folder: string, { task, index }: Case, mistake: string, outputs: Outputs): void {
  write(mistakenPath(folder, task, index, mistake), outputs);
}

export function readMistaken(folder: string, task: string, caseIndex: number, mistake: string): Outputs {
  return deserialize(readFileSync(mistakenPath(folder, task, caseIndex, mistake))) as Outputs;
}

export function referencePath(folder: string, task: string, caseIndex: number): string {
  return join(folder, task, `${caseIndex}.reference`);
}

function mistakenPath(folder: string, task: string, caseIndex: number, mistake: string): string {
  // The only character that this leaves, but Windows refuses.
  const name = encodeURIComponent(mistake).replaceAll("*", "%2A");
  return join(folder, task, `${caseIndex}.${name}.mistaken`);
}

function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, serialize(value));
  replaceFileSync(part, path);
}
