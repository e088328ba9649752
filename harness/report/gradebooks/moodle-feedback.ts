import { join } from "node:path";
import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { writeAtomically } from "../../files/atomic-file.ts";
import { UserError } from "../../text/user-error.ts";
import { feedbackPages } from "../feedback/write-feedback.ts";
import { pageAsset } from "../html/page-assets.ts";
import type { MarkedRun, Report } from "../report.ts";
import { importText } from "../tables/csv-text.ts";
import { type GradebookRow, gradebookRows, lackRemarks } from "./gradebook.ts";

const FILE = "moodle-feedback.zip";

/** As in Moodle's own downloads: `Ada Lovelace_123_assignsubmission_file`, with a blank end before Moodle 4.1. */
const MOODLE_FOLDER = /^([^_]+)_(\d+)_assignsubmission_[a-z]+_?$/;
/** As in Moodle's grading worksheet. */
const PARTICIPANT = /^Participant (\d+)$/;

/** Feedback pages for a Moodle assignment: View all submissions, Upload multiple feedback files in a zip. */
export const moodleFeedback: Report = {
  name: "moodle-feedback",
  about: `${FILE}, feedback pages to upload to a Moodle assignment`,
  isByCandidate: false,
  problem(run) {
    if (participantsOf(run).length > 0) return undefined;
    return new UserError(
      `${FILE} needs Moodle's numbers of its participants, and this run has none.`,
      "Download the assignment's grading worksheet from Moodle, and name it with --roster.",
    );
  },
  remarks(run) {
    if (participantsOf(run).length === 0) return [];
    const others = gradebookRows(run).filter((row) => participantOf(row) === undefined);
    return lackRemarks(FILE, others, "Moodle's number of the participant is unknown");
  },
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, await zippedFeedback(run));
    return [path];
  },
};

interface Participant {
  readonly candidate: string;
  /** The name of the file in the zip. */
  readonly file: string;
}

function participantsOf(run: MarkedRun): Participant[] {
  return gradebookRows(run).flatMap((row) => participantOf(row) ?? []);
}

/**
 * Moodle takes a file for the participant whose number is in its name, between the first two underscores, and stores it
 * under the text after the fourth. Source: moodle/mod/assign/feedback/file/importziplib.php.
 */
function participantOf({ person, marks: { candidate } }: GradebookRow): Participant | undefined {
  const [, ownName = "", ownNumber] = MOODLE_FOLDER.exec(candidate) ?? [];
  const number = PARTICIPANT.exec(person?.platformId ?? "")?.[1] ?? ownNumber;
  if (number === undefined) return undefined;
  const name = importText(person?.name || ownName || candidate)
    .replace(/[_/\\:*?"<>|]+/g, " ")
    // Moodle ignores files whose names begin with these.
    .replace(/^[.~ ]+/, "");
  return { candidate, file: `${name || "Participant"}_${number}_assignsubmission_file_feedback.html` };
}

async function zippedFeedback(run: MarkedRun): Promise<Uint8Array> {
  const style = await pageAsset("feedback.css");
  const at = new Date();
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const { candidate, file } of participantsOf(run)) {
    await zip.add(file, new TextReader(feedbackPages(run, candidate, style, at).html));
  }
  return zip.close();
}
