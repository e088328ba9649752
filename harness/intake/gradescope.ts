import { parse } from "yaml";
import * as z from "zod";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { type HandIn, NOBODY_KNOWN, type OtherEntry, type Person, type RecognisedDownload } from "./hand-in.ts";
import type { DownloadFile, DownloadFolder } from "./tree.ts";

/** Ruby writes its symbols as keys with a colon in front. Other fields do not matter here. */
const text = z.union([z.string(), z.number()]).nullish();
const submissionSchema = z.looseObject({
  ":submitters": z.array(z.looseObject({ ":name": text, ":sid": text, ":email": text })).min(1),
  ":created_at": z.string().nullish(),
});

/**
 * Reads Gradescope's "Export submissions": a folder for each submission, and its submitters in one YAML file.
 *
 * @throws UserError if the YAML cannot be read
 */
export async function readGradescope(
  folder: DownloadFolder,
  metadata: DownloadFile,
  path: string,
): Promise<RecognisedDownload> {
  const from = (name: string) => (path === "" ? printable(name) : `${path}/${printable(name)}`);
  const known = parseMetadata(new TextDecoder().decode(await metadata.read()), from(metadata.name));
  const handIns: HandIn[] = [];
  const others: OtherEntry[] = [];
  for (const node of folder.children) {
    if (node === metadata) continue;
    if (node.kind !== "folder") {
      const reason = node.kind === "refused" ? node.reason : "It is not a submission's folder.";
      others.push({ from: from(node.name), reason, isSomebodys: node.kind === "refused" });
      continue;
    }
    const parsed = submissionSchema.safeParse(known[node.name]);
    if (parsed.success) {
      handIns.push(handInOf(parsed.data, node, from(node.name)));
    } else {
      const problem = node.name in known ? "does not say who submitted it" : "does not mention it";
      const reason = `${printable(metadata.name)} ${problem}. Write the candidate into the mapping.`;
      const people = [NOBODY_KNOWN];
      const common = { received: "", isLate: false, folder: node };
      handIns.push({ from: from(node.name), candidate: "", people, notes: [reason], ...common });
    }
  }
  const present = new Set(folder.children.map(({ name }) => name));
  for (const name of Object.keys(known).filter((key) => !present.has(key))) {
    others.push({ from: from(name), reason: "The metadata mention it, but it is not there.", isSomebodys: true });
  }
  return { layout: "Gradescope export", handIns, others };
}

function handInOf(submission: z.infer<typeof submissionSchema>, folder: DownloadFolder, from: string): HandIn {
  const people = submission[":submitters"].map(
    ({ ":name": name, ":sid": sid, ":email": email }): Person => ({
      ...NOBODY_KNOWN,
      name: String(name ?? "").trim(),
      id: String(sid ?? "").trim(),
      idOf: "school",
      email: String(email ?? "").trim(),
    }),
  );
  const first = people[0]!;
  const created = submission[":created_at"] ?? "";
  const received = isoTime(created);
  const notes = people.length > 1 ? [`A team of ${people.length}.`] : [];
  if (created !== "" && received === "") notes.push(`Its time "${shorten(printable(created), 40)}" cannot be read.`);
  return { from, candidate: first.name || first.email || first.id, people, received, isLate: false, folder, notes };
}

/** Rails writes UTC unless it names another offset. Empty if it is not a time. */
function isoTime(written: string): string {
  const [, day, time, offset = "Z"] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(written.trim()) ?? [];
  if (day === undefined || Number.isNaN(Date.parse(`${day}T${time}Z`))) return "";
  const zone = /^(?:Z|UTC)$/.test(offset) ? "Z" : offset.replace(/^(...):?(..)$/, "$1:$2");
  return `${day}T${time}${zone}`;
}

function parseMetadata(yaml: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(yaml, { maxAliasCount: 100, logLevel: "error" });
  } catch (error) {
    const problem = shorten((error as Error).message.split("\n")[0]!, 200);
    throw new UserError(`${file} is not YAML: ${problem}`, "Export the submissions from Gradescope again.");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UserError(`${file} lists no submissions.`, "Export the submissions from Gradescope again.");
}
