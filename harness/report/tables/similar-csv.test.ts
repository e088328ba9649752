import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, expect, it } from "vitest";
import type { SimilarPair } from "../../similarity/similar-pair.ts";
import type { MarkedRun } from "../report.ts";
import { similarReport } from "./similar-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (file: string, fromLine: number) => ({ file, fromLine, toLine: fromLine + 9 });
const pair: SimilarPair = {
  ...{ task: "softmax", a: "=ada", b: 'eve "e", \u202e', similarity: 0.756, longestFragment: 88 },
  fragments: [
    { a: lines("a.wgsl", 1), b: lines("b.ts", 11), tokens: 88 },
    { a: lines("a.wgsl", 21), b: lines("b.ts", 31), tokens: 40 },
  ],
};
// The table reads nothing else of a run.
const run = { similar: async () => [pair] } as unknown as MarkedRun;

it("names each pair, and their similar lines", async () => {
  const [json, csv] = await similarReport.write(run, folder);
  expect(JSON.parse(readFileSync(json!, "utf8"))).toEqual({ schema: 1, pairs: [pair] });
  expect(parse(readFileSync(csv!, "utf8"), { columns: true })).toEqual([
    {
      task: "softmax",
      "candidate a": "'=ada",
      "candidate b": 'eve "e", ',
      similarity: "0.76",
      "longest fragment (tokens)": "88",
      "lines a": "a.wgsl:1-10; a.wgsl:21-30",
      "lines b": "b.ts:11-20; b.ts:31-40",
    },
  ]);
});
