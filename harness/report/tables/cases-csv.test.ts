import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, expect, it } from "vitest";
import type { CaseResult } from "../../results/case-result.ts";
import type { Evidence } from "../../results/evidence.ts";
import { madeUpAttempt, madeUpRun, NASTY } from "../../testing/made-up-run.ts";
import { markRun } from "../mark-run.ts";
import { casesCsv } from "./cases-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("has a row for each case that was run", async () => {
  const one = madeUpAttempt(NASTY, "softmax", "wrong-answer");
  const element = { index: [0], expected: 1, got: "NaN", bound: 1e-7 };
  const evidence: Evidence = {
    ...{ kind: "wrong-elements", output: "y", first: element, worst: element, wrongCount: 3, neverWrittenCount: 0 },
    ...{ judgedCount: 9, elementCount: 9, picture: [] },
  };
  const cases = one.cases.map(
    (result): CaseResult =>
      result.verdict === "accepted"
        ? { ...result, largestShare: 1 / 3, precisionRatio: Number.NaN }
        : { ...result, evidence, shape: { rows: 3, cols: 5 }, params: { causal: 1 }, message: NASTY },
  );
  const run = madeUpRun([{ ...one, cases }, madeUpAttempt("eve", "softmax", "missing")]);
  const [path] = await casesCsv.write(markRun(run), folder);
  const rows: Record<string, string>[] = parse(readFileSync(path!, "utf8"), { columns: true, bom: true });
  expect(rows).toHaveLength(2);
  const candidate = `'=HYPERLINK("http://x";"y"),]]></script>&'[31m\ufffe\n::error::`;
  expect(rows[0]).toEqual({
    ...{ candidate, task: "softmax", case: "0", group: "tiny", shape: "n=1", params: "", data: "plain" },
    ...{ verdict: "accepted", "largest error (share of the bound)": "0.3333", "error against plain": "" },
    ...{ "wrong elements": "", message: "Right." },
  });
  expect(rows[1]).toMatchObject({
    ...{ case: "1", shape: "rows=3 cols=5", params: "causal=1", verdict: "wrong-answer", "wrong elements": "3" },
    message: candidate,
  });
});
