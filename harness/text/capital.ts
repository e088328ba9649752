/** The text with a capital first letter. */
export function capital(text: string): string {
  return text.replace(/^./, (first) => first.toUpperCase());
}
