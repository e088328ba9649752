import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-file.ts";
import { printable } from "../../text/printable.ts";
import type { MarkedRun, Report } from "../report.ts";

const FILE = "index.html";

/** The whole run as one page, for instructors. */
export const indexHtml: Report = {
  name: "index",
  about: "index.html, the whole run as one page for instructors",
  isByCandidate: false,
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, await formatIndex(run));
    return [path];
  },
};

/** The script fills the page from the data in it; the initial body is for browsers without scripts. */
async function formatIndex(run: MarkedRun): Promise<Iterable<string>> {
  const [{ makeIndexData }, { packedData }, { pageAsset }, { pagePieces }] = await Promise.all([
    import("./make-index-data.ts"),
    import("./packed.ts"),
    import("./page-assets.ts"),
    import("./page-shell.ts"),
  ]);
  const { head, chunks } = makeIndexData(run, await run.similar());
  const [style, script] = await Promise.all([pageAsset("index.css"), pageAsset("index.js")]);
  return pagePieces({
    title: `${printable(head.run.title)} · Kernelmark`,
    style,
    body: `<div id="app"><noscript>This page needs JavaScript to show the run. The marks are also in marks.csv, in the same folder.</noscript></div>\n${packedData("head", head)}`,
    script,
    rest: chunks,
  });
}
