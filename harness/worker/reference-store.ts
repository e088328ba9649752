import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { CaseReference } from "../judge/reference.ts";

/**
 * The files that carry references from the process that makes them to the workers that judge with them: one per case.
 * Only our own processes write them.
 */
export function writeReference(folder: string, reference: CaseReference): void {
  const path = referencePath(folder, reference.case.task, reference.case.index);
  mkdirSync(join(path, ".."), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, serialize(reference));
  renameSync(part, path);
}

export function readReference(folder: string, task: string, caseIndex: number): CaseReference {
  return deserialize(readFileSync(referencePath(folder, task, caseIndex))) as CaseReference;
}

export function referencePath(folder: string, task: string, caseIndex: number): string {
  return join(folder, task, `${caseIndex}.reference`);
}
