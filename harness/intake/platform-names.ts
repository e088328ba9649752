/** `müllerjürgen_LATE_12345_67890_softmax.ts`; text and links come as `.html` without a number. */
const CANVAS =
  /^(?<key>.+?)_(?:(?<late>LATE)_)?(?<user>\d+)_(?:(?<upload>\d+)_(?<file>.+)|(?<text>(?:text|link)\.html))$/;
/** `LATE_anon_a1B2c_67890_softmax.ts`, where the assignment is marked anonymously. */
const CANVAS_ANONYMOUS =
  /^(?:(?<late>LATE)_)?(?<key>anon_(?<user>[\dA-Za-z]+))_(?:(?<upload>\d+)_(?<file>.+)|(?<text>(?:text|link)\.html))$/;
/** `Jane Doe_124_assignsubmission_file_softmax.ts`, or such a folder. */
const MOODLE = /^(?<name>.+)_(?<user>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?<file>.*))?$/;
export const GRADESCOPE_METADATA = /^submission_metadata\.ya?ml$/i;

/** The parts of a platform's name. */
export type NameParts = Readonly<Record<string, string | undefined>>;

/** `key`, `late`, `user`, and either `upload` and `file` or `text`; undefined if it is not a name of Canvas'. */
export function canvasParts(name: string): NameParts | undefined {
  return (CANVAS_ANONYMOUS.exec(name) ?? CANVAS.exec(name))?.groups;
}

/** `name`, `user` and `file`; undefined if it is not a name of Moodle's. */
export function moodleParts(name: string): NameParts | undefined {
  return MOODLE.exec(name)?.groups;
}

/** The platform of a name at the top of a download; undefined for all others. */
export function platformOf(name: string): "Canvas" | "Moodle" | "Gradescope" | undefined {
  if (GRADESCOPE_METADATA.test(name)) return "Gradescope";
  if (moodleParts(name) !== undefined) return "Moodle";
  return canvasParts(name) === undefined ? undefined : "Canvas";
}
