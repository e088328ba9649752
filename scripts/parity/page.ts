import { betweenMarks } from "../proofs/between-marks.ts";
import { markdownTable } from "../proofs/table.ts";
import type { Compared } from "./both-sides.ts";
import { differences, reasonToDiffer } from "./outcome.ts";

export interface MeasuredParity {
  readonly date: Date;
  readonly seed: string;
  readonly browser: string;
  readonly compared: readonly Compared[];
}

/** The page with a new table between its marks. */
export function withParity(page: string, parity: MeasuredParity): string {
  return betweenMarks(page, "docs/browser.md", "parity", parityText(parity));
}

function parityText({ date, seed, browser, compared }: MeasuredParity): string {
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const tasks = new Set(compared.map(({ task }) => task)).size;
  const head = `Judged on ${day} with the seed \`${seed}\`, in a terminal and in ${browser}, both on SwiftShader: ${compared.length} submissions for ${tasks} tasks.`;
  return [head, corporaTable(compared), ...differencesTable(compared)].join("\n\n");
}

function corporaTable(compared: readonly Compared[]): string {
  const corpora = [...new Set(compared.map(({ corpus }) => corpus))];
  const rows = corpora.map((corpus) => {
    const own = compared.filter((one) => one.corpus === corpus);
    const differ = own.filter((one) => differences(one.node, one.browser).length > 0);
    const sameVerdict = own.filter(({ node, browser }) => node.verdict === browser.verdict);
    const explained = differ.filter(({ node, browser }) => reasonToDiffer(node, browser) !== undefined);
    const unexplained = differ.length - explained.length;
    return [
      corpus,
      ...[own.length, sameVerdict.length, own.length - differ.length, explained.length, unexplained].map(String),
    ];
  });
  const all = ["submissions", "same verdict", "same cause and cases too", "differ for a reason", "differ otherwise"];
  return markdownTable(["corpus", ...all], rows);
}

function differencesTable(compared: readonly Compared[]): string[] {
  const rows = compared.flatMap(({ name, task, node, browser }) => {
    const differ = differences(node, browser);
    if (differ.length === 0) return [];
    const [inNode, inBrowser] = [node, browser].map((one) => `${one.verdict}${one.mistake ? ` (${one.mistake})` : ""}`);
    return [[`${name}/${task}`, inNode!, inBrowser!, reasonToDiffer(node, browser) ?? differ.join(", ")]];
  });
  return rows.length === 0 ? [] : [markdownTable(["submission", "in a terminal", "in Chromium", "reason"], rows)];
}
