import { taskFolder } from "../catalog/load.ts";
import { placesIn } from "../catalog/task-places.ts";
import { EQUIVALENTS_FILE, readEquivalents } from "./equivalents.ts";
import { type MutantFigures, mutantFigures } from "./figures.ts";
import type { MutantPlace, MutantRecord } from "./mutant-record.ts";
import { checked, type ProofCheck, type TaskProof } from "./task-proof.ts";

export interface MutantResult {
  readonly check: ProofCheck;
  readonly figures: readonly MutantFigures[];
}

/** Whether every judged mutant is refused, or a rule or the task's list explains why it is not. */
export function mutantResult(task: string, records: readonly MutantRecord[]): MutantResult {
  const equivalents = readEquivalents(task);
  const places = placesIn(taskFolder(task));
  const judged = records.filter(({ verdict }) => verdict !== undefined);
  const survivors = judged.filter(({ verdict }) => verdict === "accepted");
  const reasonOf = ({ byRule, locator }: MutantPlace) => byRule ?? equivalents.get(locator);
  const unexplained = (record: MutantRecord) => record.places.filter((place) => reasonOf(place) === undefined);
  const explained = survivors.filter((record) => unexplained(record).length === 0);
  const known = new Set(records.flatMap((record) => record.places.map(({ locator }) => locator)));
  const inVain = judged.flatMap((record) =>
    record.places
      .filter(({ locator, byRule }) => equivalents.has(locator) && (record.verdict !== "accepted" || byRule))
      .map((place) => ({ record, place })),
  );
  const placeOf = ({ kernel }: MutantRecord, { line, change }: MutantPlace) =>
    `${places.kernel(kernel, line)}: ${change}`;
  const some = judged.length < records.length ? ` (a sample of ${records.length})` : "";
  const check = checked(
    "mutants refused, or explained",
    `${judged.length - survivors.length} of ${judged.length}${some}, ${explained.length} explained`,
    survivors.flatMap((record) =>
      unexplained(record).map((place) => `${placeOf(record, place)} survives: ${place.locator}`),
    ),
    `Add a case that catches it. If it computes the same, add the text after "survives:" to ${EQUIVALENTS_FILE}, with a kind and a reason.`,
    [
      ...explained.map((record) => `${placeOf(record, record.places[0]!)}: ${reasonOf(record.places[0]!)!.reason}`),
      ...[...equivalents.keys()]
        .filter((locator) => !known.has(locator))
        .map((locator) => `no mutant is "${locator}": remove it from ${EQUIVALENTS_FILE}`),
      ...inVain.map(({ record, place }) => `${placeOf(record, place)}: remove it from ${EQUIVALENTS_FILE}`),
    ],
  );
  const kindOf = (record: MutantRecord) =>
    unexplained(record).length > 0 ? undefined : reasonOf(record.places.at(-1)!)!.kind;
  return { check, figures: mutantFigures(records, kindOf) };
}

/** A proof whose mutants are judged by the task's list as it is now. */
export function withMutants(proof: TaskProof, records: readonly MutantRecord[]): TaskProof {
  if (records.length === 0) return proof;
  const { check, figures } = mutantResult(proof.task, records);
  const checks = proof.checks.map((one) => (one.about === check.about ? check : one));
  return { ...proof, checks, ...(proof.figures && { figures: { ...proof.figures, mutants: figures } }) };
}
