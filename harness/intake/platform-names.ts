/** `muellerjuergen_LATE_12345_67890_softmax.ts`; text and links come as `.html` without a number. */
export const CANVAS =
  /^(?<key>[^_]+)_(?:(?<late>LATE)_)?(?<user>\d+)_(?:(?<upload>\d+)_(?<file>.+)|(?<text>(?:text|link)\.html))$/;
/** `Jane Doe_124_assignsubmission_file_softmax.ts`, or such a folder. */
export const MOODLE = /^(?<name>.+)_(?<user>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?<file>.*))?$/;
export const GRADESCOPE_METADATA = /^submission_metadata\.ya?ml$/i;

/** The platform of a name at the top of a download; undefined for all others. */
export function platformOf(name: string): "Canvas" | "Moodle" | "Gradescope" | undefined {
  if (GRADESCOPE_METADATA.test(name)) return "Gradescope";
  if (MOODLE.test(name)) return "Moodle";
  return CANVAS.test(name) ? "Canvas" : undefined;
}
