// Spreadsheets run a cell as a formula if it begins with one of these, or with their full-width forms, which some
// input methods turn into the plain ones (OWASP, "CSV Injection"). Some skip spaces before it.
const FORMULA = /^(\s*[=+\-@＝＋－＠]|[\t\r])/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/gu;

/** Overrides and isolates, which make text look as if it stood in another order. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text as a spreadsheet can hold it: never a formula, and without control characters. */
export function csvText(text: string): string {
  // Control characters go first: what stands behind them might be the beginning of a formula.
  const clean = text.replace(CONTROL, "").replace(BIDI, "");
  const safe = FORMULA.test(clean) ? `'${clean}` : clean;
  // Only line feeds get quotes around them.
  return safe.replace(/\r\n?/g, "\n");
}
