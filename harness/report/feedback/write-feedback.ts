import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-file.ts";
import { makeFolder } from "../../files/make-folder.ts";
import type { Marks } from "../../marks/marks.ts";
import type { Results } from "../../results/results.ts";
import { printable } from "../../text/printable.ts";
import { pageAsset } from "../html/page-assets.ts";
import { pageHtml } from "../html/page-shell.ts";
import type { MarkedRun, Report } from "../report.ts";
import { type CandidateFeedback, feedbackOf } from "./candidate-feedback.ts";
import { htmlBody } from "./feedback-html.ts";
import { markdownPage } from "./feedback-markdown.ts";
import { feedbackParts } from "./feedback-parts.ts";
import { folderNames } from "./folder-names.ts";

const FOLDER = "feedback";

/** A page for each candidate about their own results, to hand out. */
export const feedbackReport: Report = {
  name: "feedback",
  about: "feedback/<candidate>.html and .md, a page for each candidate",
  isByCandidate: true,
  async write(run, folder) {
    const style = await pageAsset("feedback.css");
    const at = new Date();
    await makeFolder(join(folder, FOLDER));
    const candidates = candidatesOf(run.marks, run.results);
    const paths = feedbackPaths(run);
    for (const candidate of candidates) {
      const path = join(folder, paths.get(candidate)!);
      const { html, markdown } = feedbackPages(run, candidate, style, at);
      await writeAtomically(`${path}.html`, html);
      await writeAtomically(`${path}.md`, markdown);
    }
    return candidates.length === 0 ? [] : [join(folder, FOLDER)];
  },
};

/** Everyone with a mark, or with files that were not graded. */
function candidatesOf({ candidates }: Marks, { notTaken }: Results): string[] {
  return [...new Set([...candidates, ...notTaken].map(({ candidate }) => candidate))];
}

/** Each candidate's pages within the folder of the reports, without `.html` or `.md`. */
export function feedbackPaths(run: MarkedRun): Map<string, string> {
  const names = folderNames(candidatesOf(run.everybody, run.results));
  return new Map([...names].map(([candidate, name]) => [candidate, `${FOLDER}/${name}`]));
}

/** A candidate's page in both formats. */
export function feedbackPages(
  run: MarkedRun,
  candidate: string,
  style: string,
  at: Date,
): { readonly html: string; readonly markdown: string } {
  const feedback = feedbackOf(run, candidate, at);
  const parts = feedbackParts(feedback);
  const html = pageHtml({ title: pageTitle(feedback), style, body: htmlBody(parts) });
  return { html, markdown: markdownPage(parts) };
}

function pageTitle({ candidate, title }: CandidateFeedback): string {
  return printable(`Feedback for ${candidate}: ${title}`);
}
