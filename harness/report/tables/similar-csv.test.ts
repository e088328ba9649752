import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, expect, it } from "vitest";
import type { SimilarGroup, SimilarWork } from "../../similarity/similar-work.ts";
import { madeUpRun } from "../../testing/made-up-run.ts";
import { markRun } from "../mark-run.ts";
import { similarReport } from "./similar-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (file: string, fromLine: number) => ({ file, fromLine, toLine: fromLine + 9 });
const member = (candidate: string, variant: number, cohort: string | null = null) => ({
  ...{ candidate, cohort, variant },
  files: [{ name: "secret.wgsl", text: "fn secret() {}" }],
});
const fragments = [
  { a: lines("a.wgsl", 1), b: lines("b.ts", 11), tokens: 88 },
  { a: lines("a.wgsl", 21), b: lines("b.ts", 31), tokens: 40 },
];
const group: SimilarGroup = {
  ...{ task: "softmax", highest: 0.756, lowest: 0.5, omittedPairs: 1 },
  members: [member("=ada", 0), member('eve "e", \u202e', 1), member("zoe", 2, "2025")],
  pairs: [{ a: 1, b: 2, similarity: 0.756, longestFragment: 88, fragments }],
};
const work: SimilarWork = { groups: [group], omittedGroups: 3, omittedPairs: 4 };
const builtInCode = [{ candidate: "=bob", task: "softmax", source: "tuned", isVerbatim: false }];
const run = { ...markRun(madeUpRun([], { builtInCode })), similar: async () => work };

it("has a row for each group, with the closest pair's lines, and for each copy of built-in code", async () => {
  const [, csv] = await similarReport.write(run, folder);
  expect(parse(readFileSync(csv!, "utf8"), { columns: true, bom: true })).toEqual([
    {
      ...{ task: "softmax", kind: "similar", people: "3", candidates: '\'=ada; eve "e", ; zoe (2025)' },
      ...{ "highest similarity": "0.76", "lowest similarity": "0.5", "closest pair": 'eve "e", ; zoe (2025)' },
      ...{ "longest fragment (tokens)": "88", "lines a": "a.wgsl:1-10; a.wgsl:21-30" },
      "lines b": "b.ts:11-20; b.ts:31-40",
    },
    {
      ...{ task: "softmax", kind: "built-in code with other names", people: "1", candidates: "'=bob" },
      ...{ "highest similarity": "", "lowest similarity": "", "closest pair": "the tuned kernel" },
      ...{ "longest fragment (tokens)": "", "lines a": "", "lines b": "" },
    },
  ]);
});

it("has everything but the sources for programs", async () => {
  const [json] = await similarReport.write(run, folder);
  const text = readFileSync(json!, "utf8");
  expect(JSON.parse(text)).toMatchObject({ schema: 2, omittedGroups: 3, omittedPairs: 4, builtInCode });
  expect(JSON.parse(text).groups[0].members[2]).toEqual({ candidate: "zoe", cohort: "2025", variant: 2 });
  expect(text).not.toContain("secret");
});

it("names nobody else in a report on one candidate", async () => {
  expect(await markRun(madeUpRun([]), "ada").similar()).toEqual({ groups: [], omittedGroups: 0, omittedPairs: 0 });
});
