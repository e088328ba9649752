import { createColors } from "picocolors";
import { expect, test } from "vitest";
import type { CollectPlan } from "../../intake/collect.ts";
import type { CollectedEntry } from "../../intake/collected-file.ts";
import { cellsOf } from "../../text/cells.ts";
import { copiedText, mappingText } from "./collected-text.ts";

const STYLE = { colors: createColors(false), width: 80 };

function entry(fields: Partial<CollectedEntry>): CollectedEntry {
  const empty = { candidate: "", from: "x", received: "", late: "", name: "", email: "", login: "", id: "", note: "" };
  return { ...empty, status: "collected", ...fields } as CollectedEntry;
}

function plan(entries: readonly CollectedEntry[]): CollectPlan {
  return { layout: "folders", entries, copies: [], absent: [], remarks: [] };
}

test("a team is one hand-in, with all its people, its time and its mark", () => {
  const team = { candidate: "ann", from: "submission_1", received: "2026-11-27T10:00:00Z", late: "yes" as const };
  const text = mappingText(plan([entry({ ...team, name: "Ann Lee" }), entry({ ...team, email: "bob@x.org" })]), STYLE);
  expect(text).toContain("Folders: 1 hand-in mapped, 0 unclear.");
  expect(text).toMatch(/^ann {8}submission_1 \(Ann Lee and bob@x\.org, 2026-11-27T10:00:00Z, late\)$/m);
});

test("names cannot command the terminal, and long ones do not break the table", () => {
  const text = mappingText(
    plan([
      entry({ candidate: "a\u001b[31m", name: "\u202eeve", from: "x".repeat(30) }),
      entry({ candidate: "李".repeat(40), note: "word ".repeat(60) }),
      entry({ from: "y", status: "unclear", note: "Why?" }),
    ]),
    STYLE,
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  for (const line of text.split("\n")) expect(cellsOf(line)).toBeLessThanOrEqual(80);
});

test("what was done is counted, and long lists are cut", () => {
  const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
  const outcome = {
    copied: names,
    unchanged: ["u"],
    replaced: names,
    moved: [{ from: "a", to: "b" }],
    others: [],
    converted: [],
  };
  const text = copiedText(outcome, { into: "week-3", file: "week-3/collected.csv", unclear: 0 }, STYLE);
  expect(text.replaceAll("\n", " ")).toBe(
    "Copied 20 candidates into week-3. 1 folder had the same files already. Replaced: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 and 8 others. The folder `a` is now `b`. Wrote week-3/collected.csv. Next: npx kernelmark grade week-3",
  );
  expect(copiedText(outcome, { into: "w", file: "w/collected.csv", unclear: 1 }, STYLE)).toContain(
    "1 hand-in needs a person",
  );
});
