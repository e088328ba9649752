const TO = "<!-- end of figures -->";

/**
 * A page with a script's new text between its marks.
 *
 * @param file the page's path, for errors
 * @param script the name of an npm script
 */
export function betweenMarks(page: string, file: string, script: string, text: string): string {
  const mark = `<!-- figures of npm run ${script} -->`;
  const from = page.indexOf(mark);
  const to = page.indexOf(TO, from);
  if (from < 0 || to < 0) throw new Error(`${file} needs ${mark}, and ${TO} after it`);
  return `${page.slice(0, from + mark.length)}\n\n${text}\n\n${page.slice(to)}`;
}
