// Spreadsheets run a cell as a formula if it begins with one of these, or with their full-width forms, which some
// input methods turn into the plain ones (OWASP, "CSV Injection"). Some skip spaces before it.
const FORMULA = /^\s*[=+\-@＝＋－＠\t\r]/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/gu;

/** Text as a spreadsheet can hold it: never a formula, and without control characters. */
export function csvText(text: string): string {
  // Control characters go first: what stands behind them might be the beginning of a formula.
  const clean = text.replace(CONTROL, "");
  return FORMULA.test(clean) || /^[\t\r]/.test(text) ? `'${clean}` : clean;
}
