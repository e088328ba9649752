// Spreadsheets run a cell as a formula if it begins with one of these, or with their full-width forms, which some
// input methods turn into ASCII (OWASP, "CSV Injection"). Some skip spaces before it.
const FORMULA = /^(\s*[=+\-@＝＋－＠]|[\t\r])/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the purpose is to match them
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/gu;

/** Overrides and isolates, which display text in another order. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text for a spreadsheet: never a formula, and without control characters. */
export function csvText(text: string): string {
  // Control characters go first: the text after them might begin a formula.
  const clean = text.replace(CONTROL, "").replace(BIDI, "");
  const safe = FORMULA.test(clean) ? `'${clean}` : clean;
  // csv-stringify quotes cells with line feeds, but not those with carriage returns.
  return safe.replace(/\r\n?/g, "\n");
}
