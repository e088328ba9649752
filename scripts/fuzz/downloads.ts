import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { planCollection } from "../../harness/intake/collect.ts";
import { parseCollected } from "../../harness/intake/collected-file.ts";
import { copyCandidates } from "../../harness/intake/copy.ts";
import { openDownload } from "../../harness/intake/download.ts";
import { parseRoster } from "../../harness/marks/roster-file.ts";
import { formatCollected } from "../../harness/report/tables/collected-csv.ts";
import { packed } from "../cohort/write-cohort.ts";
import { mutated } from "./mutations.ts";
import { expectReadable, target } from "./target.ts";
import { deletePipe, make, type Node, tree } from "./trees.ts";

const METADATA = "submission_1:\n  :submitters:\n  - :name: Ann\n    :sid: 1\n  :created_at: 2026-11-27 10:00:00 Z\n";
const inner = await packed({ files: [{ path: "softmax (1).ts", content: 'import code from "./softmax.wgsl";' }] });
const ZIPS = await Promise.all(
  [
    [
      { path: "ann/softmax.ts", content: "export default 1;" },
      { path: "bob.zip", content: inner },
    ],
    [{ path: "leeann_LATE_1_2_softmax-1.ts", content: 'import "./softmax.wgsl";' }],
    [
      { path: "e/submission_metadata.yml", content: METADATA },
      { path: "e/submission_1/softmax.ts", content: "" },
    ],
  ].map((files) => packed({ files })),
);
const ROSTER = parseRoster("candidate,name,email,id\nann,Ann Lee,ann@example.edu,1\n", "roster.csv");

/** Folders of hand-ins, as for grading, and their zips. */
export const downloads = target(
  "downloads",
  fc.array(tree, { maxLength: 5 }),
  inFolder((folder, nodes: readonly Node[]) => {
    for (const node of nodes) make(Buffer.from(folder), node);
  }),
  { close: deletePipe },
);

/** Downloads that were damaged or made with intent. */
export const zips = target(
  "zips",
  mutated(ZIPS.map((bytes) => bytes.toString("latin1"))),
  inFolder(
    (folder, bytes: string) => writeFileSync(join(folder, "download.zip"), Buffer.from(bytes, "latin1")),
    "download.zip",
  ),
);

/** A mapping that a person or a spreadsheet changed. */
export const mappings = target(
  "mappings",
  mutated([
    "candidate,from,received,late,name,email,login,id,status,note\nann,x,2026-11-27T10:00:00Z,yes,Ann,a@b.c,ann,1,collected,\n,'=y,,,,,,,unclear,z\n",
  ]),
  (text) => parseCollected(text, "collected.csv"),
);

/** Collects what `write` writes, as the command does. */
function inFolder<T>(write: (folder: string, input: T) => void, file = ""): (input: T) => Promise<void> {
  return async (input) => {
    const [folder, into] = [
      mkdtempSync(join(tmpdir(), "kernelmark-fuzz-")),
      mkdtempSync(join(tmpdir(), "kernelmark-fuzz-")),
    ];
    try {
      write(folder, input);
      const download = await openDownload(join(folder, file));
      try {
        const plan = await planCollection(download.root, {
          taskNames: ["softmax", "attention"],
          roster: ROSTER,
          mapping: [],
        });
        for (const { from, note } of plan.entries) expectReadable(`${from} ${note}`);
        await copyCandidates(plan.copies, into, false);
        parseCollected(formatCollected(plan.entries), "collected.csv");
      } finally {
        await download.close();
      }
    } finally {
      for (const path of [folder, into]) rmSync(path, { recursive: true, force: true });
    }
  };
}
