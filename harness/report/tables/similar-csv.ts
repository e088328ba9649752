import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { Results } from "../../results/results.ts";
import type { SimilarGroup, SimilarMember, SimilarWork } from "../../similarity/similar-work.ts";
import { builtInSourceText } from "../built-in-text.ts";
import type { Report } from "../report.ts";
import { csvText, spreadsheet } from "./csv-text.ts";

const COLUMNS = [
  ...["task", "kind", "people", "candidates", "highest similarity", "lowest similarity", "closest pair"],
  ...["longest fragment (tokens)", "lines a", "lines b"],
];

/** Groups of candidates with similar kernels: `similar.json` for programs, and `similar.csv`, a row for each group. */
export const similarReport: Report = {
  name: "similar",
  about: "similar.json and similar.csv, groups of similar kernels",
  isByCandidate: false,
  comparesCandidates: true,
  async write({ similar, results, spreadsheet: format }, folder) {
    const work = await similar();
    const json = join(folder, "similar.json");
    const csv = join(folder, "similar.csv");
    await writeAtomically(json, `${JSON.stringify(withoutSources(work, results), null, 2)}\n`);
    const rows = [...work.groups.map(groupRow), ...builtInRows(results)];
    await writeAtomically(csv, spreadsheet([[COLUMNS, ...rows]], format));
    return [json, csv];
  },
};

/** Members' sources are in `results.json`. */
function withoutSources({ groups, ...counts }: SimilarWork, { builtInCode = [] }: Results): object {
  const short = groups.map(({ members, ...others }) => ({
    ...others,
    members: members.map(({ candidate, cohort, variant }) => ({ candidate, cohort, variant })),
  }));
  return { schema: 2, ...counts, builtInCode, groups: short };
}

/** Similarities are shares from 0 to 1; lines are those of the closest pair. */
function groupRow({ task, members, highest, lowest, pairs: [closest] }: SimilarGroup): (string | number)[] {
  const { a, b, longestFragment, fragments } = closest!;
  const lines = (side: "a" | "b") =>
    fragments.map(({ [side]: { file, fromLine, toLine } }) => `${file}:${fromLine}-${toLine}`).join("; ");
  return [
    csvText(task),
    lowest === 1 ? "identical" : "similar",
    members.length,
    csvText(members.map(memberText).join("; ")),
    rounded(highest),
    rounded(lowest),
    csvText([a, b].map((place) => memberText(members[place]!)).join("; ")),
    longestFragment,
    csvText(lines("a")),
    csvText(lines("b")),
  ];
}

/** `bob (2025)` if it is of an earlier cohort. */
function memberText({ candidate, cohort }: SimilarMember): string {
  return cohort === null ? candidate : `${candidate} (${cohort})`;
}

function builtInRows({ builtInCode = [] }: Results): string[][] {
  return builtInCode.map(({ candidate, task, source, isVerbatim }) => {
    const kind = isVerbatim ? "built-in code" : "built-in code with other names";
    return [task, kind, "1", candidate, "", "", builtInSourceText(source), "", "", ""].map(csvText);
  });
}

function rounded(share: number): number {
  return Math.round(share * 100) / 100;
}
