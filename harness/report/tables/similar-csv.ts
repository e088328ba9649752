import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { SimilarPair } from "../../similarity/similar-pair.ts";
import type { Report } from "../report.ts";
import { csvText } from "./csv-text.ts";

const COLUMNS = ["task", "candidate a", "candidate b", "similarity", "longest fragment (tokens)", "lines a", "lines b"];

/** Pairs of candidates with similar kernels: `similar.json` for programs, and `similar.csv`, a row for each pair. */
export const similarReport: Report = {
  name: "similar",
  about: "similar.json and similar.csv, pairs of similar kernels",
  isByCandidate: false,
  comparesCandidates: true,
  async write({ similar }, folder) {
    const pairs = await similar();
    const json = join(folder, "similar.json");
    const csv = join(folder, "similar.csv");
    await writeAtomically(json, `${JSON.stringify({ schema: 1, pairs }, null, 2)}\n`);
    await writeAtomically(csv, formatPairs(pairs));
    return [json, csv];
  },
};

function formatPairs(pairs: readonly SimilarPair[]): string {
  const rows = pairs.map(({ task, a, b, similarity, longestFragment, fragments }) => {
    const lines = (side: "a" | "b") =>
      fragments.map(({ [side]: { file, fromLine, toLine } }) => `${file}:${fromLine}-${toLine}`).join("; ");
    return [task, a, b, similarity.toFixed(2), String(longestFragment), lines("a"), lines("b")].map(csvText);
  });
  return stringify([COLUMNS, ...rows]);
}
